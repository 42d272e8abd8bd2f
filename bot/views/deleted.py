"""Deleted records as administrators see them, and the forms for deleting and restoring."""

from collections.abc import Mapping, Sequence

from bot.ids import Action, View
from bot.payloads import TEXT_MAX
from bot.payloads.deleted import DeletedRef, RecordRef
from bot.setting_ids import Setting
from bot.views.parts import (
    NAME_MAX,
    Block,
    Form,
    actions,
    button,
    clip,
    clip_escaped,
    context,
    date,
    form,
    input_block,
    modal,
    mrkdwn,
    one_line,
    option,
    plain_text,
    section,
    text_input,
)
from bot.views.settings_home import sections
from bot.views.ticket_card import reference, title
from core.configuration.deleted import PAGE, DeletedRecord, Kind
from core.tickets.queries import TicketView

_REASON_MAX = 300
_KINDS: Mapping[Kind, str] = {
    Kind.TICKETS: "Deleted tickets",
    Kind.DEPARTMENTS: "Deleted departments",
    Kind.PEOPLE: "Deleted people",
    Kind.SLA_TEMPLATES: "Deleted SLA templates",
    Kind.CANNED_REPLIES: "Deleted canned replies",
}


def deleted(ref: DeletedRef, found: Sequence[DeletedRecord]) -> Form:
    """`found`: a page, and one more when there is another."""
    shown = found[:PAGE]
    rows = [_row(each) for each in shown] or [section(plain_text("Nothing was deleted."))]
    buttons = []
    if ref.before is not None:
        buttons.append(button(Action.DELETED_NEWEST, "Newest", DeletedRef(ref.kind).dump()))
    if len(found) > PAGE:
        older = DeletedRef(ref.kind, shown[-1].edge)
        buttons.append(button(Action.DELETED_OLDER, "Older", older.dump()))
    hint = "What a ticket says is not shown here: only its people read that."
    return modal(
        "Settings",
        [
            actions([sections(None), _kinds(ref.kind)]),
            *([context(plain_text(hint))] if ref.kind is Kind.TICKETS else ()),
            *rows,
            *([actions(buttons)] if buttons else ()),
        ],
        close="Close",
    )


def _kinds(now: Kind) -> Block:
    listed = {each: option(label, DeletedRef(each).dump()) for each, label in _KINDS.items()}
    return {
        "type": "static_select",
        "action_id": Action.DELETED_KIND.value,
        "options": list(listed.values()),
        "initial_option": listed[now],
    }


def _row(record: DeletedRecord) -> Block:
    name = clip_escaped(one_line(record.label), NAME_MAX)
    where = f" · {clip_escaped(one_line(record.department), NAME_MAX)}" if record.department else ""
    who = clip_escaped(one_line(record.who or "Somebody"), NAME_MAX)
    why = f": {clip_escaped(one_line(record.reason), _REASON_MAX)}" if record.reason else ""
    words = f"*{name}*{where}\nDeleted by {who}, {date(record.at)}{why}"
    press = button(Action.RESTORE, "Restore…", RecordRef(record.kind, record.id).dump())
    return section(mrkdwn(words)) | {"accessory": press}


def restore_form(ref: RecordRef) -> Form:
    reason = text_input(Setting.REASON, TEXT_MAX, multiline=True)
    hint = "It is kept in the audit trail. What was deleted together comes back together."
    return form(
        View.RESTORE,
        "Restore",
        [input_block(Setting.REASON, "Reason", reason, hint=hint)],
        submit="Restore",
        hidden=ref.dump(),
    )


def delete_ticket(ticket: TicketView) -> Form:
    reason = text_input(Setting.REASON, TEXT_MAX, multiline=True)
    hint = "Nobody sees the ticket any more. An administrator reads this, and can restore it."
    return form(
        View.DELETE,
        f"Delete {ticket.key}",
        [
            context(plain_text(clip(title(ticket), TEXT_MAX))),
            input_block(Setting.REASON, "Reason", reason, hint=hint),
        ],
        submit="Delete",
        hidden=reference(ticket),
    )
