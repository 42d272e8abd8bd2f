"""What leads where: every id Slack may send, and the listener it goes to."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.ids import Action, Command, Field, More, Shortcut, View
from bot.interaction import Interaction
from bot.listeners import commands, directory, new_ticket, replies, resolution, threads, triage
from bot.payloads import MenuRef

Handler = Callable[[Interaction], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Routes:
    commands: Mapping[str, Handler] = field(default_factory=dict)
    shortcuts: Mapping[str, Handler] = field(default_factory=dict)
    views: Mapping[str, Handler] = field(default_factory=dict)
    actions: Mapping[str, Handler] = field(default_factory=dict)
    options: Mapping[str, Handler] = field(default_factory=dict)
    events: Mapping[str, Handler] = field(default_factory=dict)


#: What the card's menu leads to.
MENU: Mapping[More, Handler] = {More.HISTORY: commands.history}


async def _choose(interaction: Interaction) -> None:
    chosen = interaction.action.get("selected_option") or {}
    await MENU[MenuRef.load(chosen.get("value")).chosen](interaction)


ROUTES = Routes(
    commands={Command.TICKET: commands.ticket},
    shortcuts={Shortcut.NEW_TICKET: new_ticket.open_blank},
    views={
        View.NEW_TICKET: new_ticket.submit,
        View.ASSIGN: triage.assign,
        View.RESOLVE: resolution.resolve,
        View.REPLY: replies.send,
    },
    actions={
        Action.CLAIM: triage.claim,
        Action.ASSIGN: triage.open_assign,
        Action.START: triage.start,
        Action.WAIT: triage.wait,
        Action.RESOLVE: resolution.open_resolve,
        Action.REOPEN: resolution.reopen,
        Action.CLOSE: resolution.close,
        Action.HISTORY: commands.history,
        Action.REPLY: replies.open_reply,
        Action.SEND_TO_REQUESTER: replies.publish,
        Action.MORE: _choose,
    },
    options={Field.DEPARTMENT: new_ticket.departments, Field.ASSIGNEE: triage.assignees},
    events={"message": threads.on_message, "user_change": directory.on_user_change},
)
