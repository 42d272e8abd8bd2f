"""What leads where: every id Slack may send, and the listener it goes to."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.ids import Action, Command, Field, More, Shortcut, View
from bot.interaction import Interaction
from bot.listeners import (
    commands,
    directory,
    editing,
    files,
    history,
    linked_ticket,
    new_ticket,
    participation,
    replies,
    resolution,
    revisions,
    sources,
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
MENU: Mapping[More, Handler] = {
    More.HISTORY: history.open_history,
    More.EDIT: editing.open_edit,
    More.WATCH: participation.watch,
    More.UNWATCH: participation.unwatch,
    More.NOTE: replies.open_note,
}

#: What people change about a message comes as a message, too.
MESSAGES: Mapping[str, Handler] = {
    "message_changed": revisions.on_changed,
    "message_deleted": revisions.on_changed,
}


async def _choose(interaction: Interaction) -> None:
    chosen = interaction.action.get("selected_option") or {}
    await MENU[MenuRef.load(chosen.get("value")).chosen](interaction)


async def _hear(interaction: Interaction) -> None:
    subtype = interaction.event.get("subtype")
    handler = MESSAGES.get(subtype) if isinstance(subtype, str) else None
    await (handler or threads.on_message)(interaction)


ROUTES = Routes(
    commands={Command.TICKET: commands.ticket},
    shortcuts={
        Shortcut.NEW_TICKET: new_ticket.open_blank,
        Shortcut.CREATE_TICKET: sources.create_ticket,
        Shortcut.SEND_TO_REQUESTER: replies.send_to_requester,
    },
    views={
        View.NEW_TICKET: new_ticket.submit,
        View.ASSIGN: triage.assign,
        View.RESOLVE: resolution.resolve,
        View.REPLY: replies.preview,
        View.REPLY_PREVIEW: replies.send,
        View.NOTE: replies.note,
        View.EDIT: editing.save,
    },
    actions={
        Action.CLAIM: triage.claim,
        Action.ASSIGN: triage.open_assign,
        Action.START: triage.start,
        Action.WAIT: triage.wait,
        Action.RESOLVE: resolution.open_resolve,
        Action.REOPEN: resolution.reopen,
        Action.CLOSE: resolution.close,
        Action.HISTORY: history.open_history,
        Action.HISTORY_OLDER: history.turn_page,
        Action.HISTORY_NEWER: history.turn_page,
        Action.TRANSCRIPT: history.ask_transcript,
        Action.EDIT: editing.open_edit,
        Action.REPLY: replies.open_reply,
        Action.SEND_TO_REQUESTER: replies.publish,
        Action.FILES: files.open_list,
        Action.SEND_FILE: files.send,
        Action.UNDO: replies.undo,
        Action.WATCH: participation.watch,
        Action.UNWATCH: participation.unwatch,
        Action.ADD_FOLLOWER: participation.add,
        Action.LEAVE_OUT: participation.leave_out,
        Action.OPEN_LINKED: linked_ticket.open_form,
        Action.MAKE_TICKET: sources.accept_offer,
        Action.MORE: _choose,
    },
    options={Field.DEPARTMENT: new_ticket.departments, Field.ASSIGNEE: triage.assignees},
    events={
        "message": _hear,
        "reaction_added": sources.on_reaction,
        "user_change": directory.on_user_change,
    },
)
