"""What the demo prints of conversations."""

import io

from rich.console import Console

from bot.sandbox.demo import picture
from bot.sandbox.demo.company import BEA
from bot.sandbox.slack.client import Message


def test_lines_tell_the_time_where_the_reader_is() -> None:
    """Bea is in Berlin."""
    words = "It is closed <!date^1764687600^{date_num} at {time}|then>."
    block = {"type": "section", "text": {"type": "mrkdwn", "text": words}}
    raw = {"ts": "1.0", "text": "It is closed then.", "blocks": [block]}
    in_utc = "It is closed 2025-12-02 at 3:00 PM."
    message = Message("D1", "HDMS", "", in_utc, [], [], [], raw)
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(picture.said([message], BEA.reader()))
    assert "It is closed 2025-12-02 at 4:00 PM." in console.export_text()
