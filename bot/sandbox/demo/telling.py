"""How the demo speaks: steps, what people see, and what came of it."""

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from bot.sandbox.demo.company import Somebody

WIDTH = 100
INDENT = 3


class Teller:
    def __init__(self, console: Console) -> None:
        self.console = console
        self.step_shown = "before the story"
        self._steps = 0

    def came_up(self, what: str, where: str) -> None:
        self.console.print(Text.assemble(("✓ ", "green"), f"{what:<26}", (where, "dim")))

    def step(self, sentence: str) -> None:
        self._steps += 1
        self.step_shown = f"step {self._steps}, “{sentence}”"
        self.console.print()
        self.console.print(Text.assemble((f"{self._steps:>2} ", "dim"), (sentence, "bold")))

    def sees(self, who: Somebody, where: str, what: RenderableType) -> None:
        title = f"{who.first_name} sees · {where}"
        panel = Panel(what, title=Text(title), title_align="left", border_style=who.colour)
        self.console.print(Padding(panel, (0, 0, 0, INDENT)))

    def remark(self, sentence: str) -> None:
        self.console.print(Padding(Text(sentence, style="dim"), (0, 0, 0, INDENT)))

    def part(self, name: str, what: RenderableType) -> None:
        self.console.print()
        self.console.print(Text(name, style="bold"))
        self.console.print(Padding(what, (0, 0, 0, INDENT)))

    def heading(self, sentence: str) -> None:
        self.console.print()
        self.console.rule(Text(sentence, style="bold"), align="left", style="dim")

    def finding(self, is_well: bool, sentence: str) -> None:
        sign = ("✓ ", "green") if is_well else ("✗ ", "bold red")
        # A log's lines are cut by the terminal, if at all: their ends matter.
        self.console.print(Text.assemble(sign, sentence), soft_wrap=not is_well)

    def say(self, sentence: str, style: str = "") -> None:
        self.console.print(Text(sentence, style=style))


def make_console() -> Console:
    """Wide enough for the pictures also where the output goes to a file."""
    console = Console(highlight=False)
    width = min(WIDTH, console.width) if console.is_terminal else WIDTH
    return Console(width=width, highlight=False)
