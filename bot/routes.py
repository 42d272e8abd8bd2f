"""What leads where: every id Slack may send, and the listener it goes to."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot import approval_routes, looking_back
from bot.ids import Action, Command, DeskMore, Field, More, Shortcut, View
from bot.interaction import Interaction
from bot.listeners import (
    commands,
    deletion,
    desk_actions,
    directory,
    due_times,
    editing,
    files,
    history,
    home,
    linked_ticket,
    links,
    looking,
    new_ticket,
    part_giving,
    participation,
    parts,
    reactions,
    replies,
    resolution,
    resolution_notes,
    revisions,
    settings,
    sources,
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
MENU: Mapping[More, Handler] = {
    More.HISTORY: history.open_history,
    More.EDIT: editing.open_edit,
    More.WATCH: participation.watch,
    More.UNWATCH: participation.unwatch,
    More.NOTE: replies.open_note,
    More.WHY_DUE: due_times.open_why,
}

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

#: What people change about a message comes as a message, too.
MESSAGES: Mapping[str, Handler] = {
    "message_changed": revisions.on_changed,
    "message_deleted": revisions.on_changed,
}


async def _choose(interaction: Interaction) -> None:
    chosen = interaction.action.get("selected_option") or {}
    await _ENTRIES[MenuRef.load(chosen.get("value")).chosen](interaction)


async def _hear(interaction: Interaction) -> None:
    subtype = interaction.event.get("subtype")
    handler = MESSAGES.get(subtype) if isinstance(subtype, str) else None
    await (handler or threads.on_message)(interaction)


async def _react(interaction: Interaction) -> None:
    """To a message that may become a ticket, or to a card: each knows its own emoji."""
    await sources.on_reaction(interaction)
    await reactions.on_reaction(interaction)


ROUTES = Routes(
    commands={Command.TICKET: commands.ticket},
    shortcuts={
        Shortcut.NEW_TICKET: new_ticket.open_blank,
        Shortcut.CREATE_TICKET: sources.create_ticket,
        Shortcut.SEND_TO_REQUESTER: replies.send_to_requester,
        Shortcut.ADD_TO_RESOLUTION: resolution_notes.add,
    },
    views={
        View.NEW_TICKET: new_ticket.submit,
        View.ASSIGN: triage.assign,
        View.HOLD: triage.hold,
        View.RESOLVE: resolution.resolve,
        View.REPLY: replies.preview,
        View.REPLY_PREVIEW: replies.send,
        View.NOTE: replies.note,
        View.EDIT: editing.save,
        View.SPLIT: splitting.submit,
        View.PART_SEND_BACK: parts.send_back,
        View.PART_PROPOSE: parts.propose,
        View.PART_DONE: parts.done,
        View.PART_ASSIGN: part_giving.assign,
        View.PART_SEND_AGAIN: parts.send_again,
        View.PART_CANCEL: parts.cancel,
        View.PART_WRITE: parts.write,
        View.TRANSFER: desk_actions.transfer,
        View.PRIORITY: desk_actions.priority,
        View.MERGE: desk_actions.merge,
        View.CANCEL: desk_actions.cancel,
        **approval_routes.VIEWS,
        **looking_back.VIEWS,
        View.DELETE: deletion.delete,
        View.RESTORE: deletion.restore,
        View.SETTING: settings.save,
        View.SETTING_TEXT: settings.save_text,
        View.SETTINGS_TOGETHER: settings.save_together,
        View.SETTING_DELETE: settings.delete,
        View.SET_DUE: due_times.set_by_hand,
    },
    actions={
        Action.CLAIM: triage.claim,
        Action.ASSIGN: triage.open_assign,
        Action.START: triage.start,
        Action.WAIT: triage.wait,
        Action.HOLD: triage.open_hold,
        Action.RESOLVE: resolution.open_resolve,
        Action.TAKE_OUT: resolution_notes.take_out,
        Action.REOPEN: resolution.reopen,
        Action.CLOSE: resolution.close,
        Action.HISTORY: history.open_history,
        Action.HOME_FILE: home.file,
        Action.HOME_LIST: home.see_all,
        Action.HOME_SHOW: home.show,
        Action.HOME_STATUS: home.by_status,
        Action.HOME_PRIORITY: home.by_priority,
        Action.HOME_DEPARTMENT: home.by_department,
        Action.HOME_BACK: home.turn_page,
        Action.HOME_ON: home.turn_page,
        Action.SHOW: looking.show,
        Action.LIST_BACK: looking.turn_page,
        Action.LIST_ON: looking.turn_page,
        Action.SEARCH_BACK: looking.turn_found,
        Action.SEARCH_ON: looking.turn_found,
        Action.HISTORY_OLDER: history.turn_page,
        Action.HISTORY_NEWER: history.turn_page,
        Action.TRANSCRIPT: history.ask_transcript,
        Action.EDIT: editing.open_edit,
        Action.REPLY: replies.open_reply,
        Action.CANNED: replies.use_canned,
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
        Action.SPLIT: splitting.open_split,
        Action.ADD_PART: splitting.add_part,
        Action.USE_TEMPLATE: splitting.use_template,
        Action.PART_ACCEPT: parts.accept,
        Action.PART_START: parts.start,
        Action.PART_SEND_BACK: parts.open_send_back,
        Action.PART_PROPOSE: parts.open_propose,
        Action.PART_DONE: parts.open_done,
        Action.PART_ASSIGN: part_giving.open_assign,
        Action.PART_SEND_AGAIN: parts.open_send_again,
        Action.PART_CANCEL: parts.open_cancel,
        Action.PART_WRITE: parts.open_write,
        Action.PART_AGREE: parts.agree,
        Action.PART_KEEP: parts.keep,
        Action.CANCEL: desk_actions.open_cancel,
        Action.WHY_DUE: due_times.open_why,
        Action.SET_DUE: due_times.open_form,
        Action.CLEAR_DUE: due_times.clear,
        Action.DESK_MORE: _choose,
        **approval_routes.ACTIONS,
        **looking_back.ACTIONS,
        Action.DEPARTMENT: new_ticket.choose_department,
        Action.DELETE: deletion.open_delete,
        Action.DELETED_KIND: deletion.choose_kind,
        Action.DELETED_OLDER: deletion.turn_page,
        Action.DELETED_NEWEST: deletion.turn_page,
        Action.RESTORE: deletion.open_restore,
        Action.SETTINGS: settings.open_settings,
        Action.SETTINGS_SECTION: settings.choose_section,
        Action.SETTINGS_BACK: settings.turn_page,
        Action.SETTINGS_ON: settings.turn_page,
        Action.SETTINGS_ADD: settings.open_new,
        Action.SETTINGS_ADD_TEXT: settings.open_new_text,
        Action.SETTINGS_ALL_TEXT: settings.open_together,
        Action.SETTINGS_ENTRY: settings.choose_for_entry,
        Action.SETTINGS_PERSON: settings.choose_person,
    },
    options={
        Field.DEPARTMENT: new_ticket.departments,
        Field.ASSIGNEE: triage.assignees,
        Field.PART_ASSIGNEE: part_giving.assignees,
        Field.TO_DEPARTMENT: desk_actions.departments,
        Field.WINNER: desk_actions.winners,
        Field.CANNED: replies.canned_replies,
    },
    events={
        "message": _hear,
        "reaction_added": _react,
        "user_change": directory.on_user_change,
        "team_join": directory.on_user_change,
        "member_joined_channel": directory.on_joined,
        "member_left_channel": directory.on_left,
        "app_home_opened": home.on_opened,
        "link_shared": links.on_shared,
    },
)
