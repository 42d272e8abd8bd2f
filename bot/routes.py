"""What leads where: every id Slack may send, and the listener it goes to."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.ids import Action, Command, DeskMore, Field, More, Shortcut, View
from bot.interaction import Interaction
from bot.listeners import (
    commands,
    desk_actions,
    directory,
    new_ticket,
    parts,
    reactions,
    replies,
    resolution,
    splitting,
    threads,
    triage,
)
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


#: And its second one.
DESK_MENU: Mapping[DeskMore, Handler] = {
    DeskMore.RELEASE: desk_actions.release,
    DeskMore.PRIORITY: desk_actions.open_priority,
    DeskMore.TRANSFER: desk_actions.open_transfer,
    DeskMore.MERGE: desk_actions.open_merge,
    DeskMore.CANCEL: desk_actions.open_cancel,
}
_ENTRIES: Mapping[str, Handler] = {
    **{entry.value: handler for entry, handler in MENU.items()},
    **{entry.value: handler for entry, handler in DESK_MENU.items()},
}


async def _choose(interaction: Interaction) -> None:
    chosen = interaction.action.get("selected_option") or {}
    await _ENTRIES[MenuRef.load(chosen.get("value")).chosen](interaction)


ROUTES = Routes(
    commands={Command.TICKET: commands.ticket},
    shortcuts={Shortcut.NEW_TICKET: new_ticket.open_blank},
    views={
        View.NEW_TICKET: new_ticket.submit,
        View.ASSIGN: triage.assign,
        View.RESOLVE: resolution.resolve,
        View.REPLY: replies.send,
        View.SPLIT: splitting.submit,
        View.PART_SEND_BACK: parts.send_back,
        View.PART_PROPOSE: parts.propose,
        View.PART_DONE: parts.done,
        View.PART_SEND_AGAIN: parts.send_again,
        View.PART_CANCEL: parts.cancel,
        View.PART_WRITE: parts.write,
        View.TRANSFER: desk_actions.transfer,
        View.PRIORITY: desk_actions.priority,
        View.MERGE: desk_actions.merge,
        View.CANCEL: desk_actions.cancel,
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
        Action.SPLIT: splitting.open_split,
        Action.ADD_PART: splitting.add_part,
        Action.USE_TEMPLATE: splitting.use_template,
        Action.PART_ACCEPT: parts.accept,
        Action.PART_START: parts.start,
        Action.PART_SEND_BACK: parts.open_send_back,
        Action.PART_PROPOSE: parts.open_propose,
        Action.PART_DONE: parts.open_done,
        Action.PART_SEND_AGAIN: parts.open_send_again,
        Action.PART_CANCEL: parts.open_cancel,
        Action.PART_WRITE: parts.open_write,
        Action.PART_AGREE: parts.agree,
        Action.PART_KEEP: parts.keep,
        Action.CANCEL: desk_actions.open_cancel,
        Action.DESK_MORE: _choose,
    },
    options={
        Field.DEPARTMENT: new_ticket.departments,
        Field.ASSIGNEE: triage.assignees,
        Field.TO_DEPARTMENT: desk_actions.departments,
        Field.WINNER: desk_actions.winners,
    },
    events={
        "message": threads.on_message,
        "reaction_added": reactions.on_reaction,
        "user_change": directory.on_user_change,
    },
)
