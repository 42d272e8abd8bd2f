"""Approvals on a ticket's card: how they stand, and what whoever asked can do about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ids import Action
from bot.payloads.approval_refs import RequestRef
from bot.views.approval_words import amount, markup
from bot.views.parts import Block, actions, button, clip, context, date, one_line, plain_text
from core.tickets.approvals.states import MAY_BE_SENT_AGAIN, RequestStatus
from core.tickets.approvals.views import Badge
from core.tickets.states import IS_HELD, Status

SHOWN_MOST = 3
PURPOSE_MAX = 100


@dataclass(frozen=True, slots=True)
class Approvals:
    """`may_ask`: whether people of finance work on the ticket, or on the part."""

    badges: Sequence[Badge] = ()
    may_ask: bool = False

    @property
    def shown(self) -> Sequence[Badge]:
        return self.badges[:SHOWN_MOST]


NONE = Approvals()


def facts(approvals: Approvals) -> list[tuple[str, str]]:
    """As a field of a card; none where nothing was asked for."""
    if not approvals.badges:
        return []
    lines = [_line(each) for each in approvals.shown]
    more = len(approvals.badges) - len(lines)
    lines += [f"and {more} more"] if more else []
    return [("Approval", "\n".join(lines))]


def _line(badge: Badge) -> str:
    words = f"{amount(badge)}: "
    if badge.status is RequestStatus.PENDING and badge.step is not None:
        due = f" by {date(badge.due_at)}" if badge.due_at else ""
        return f"{words}{badge.step.words} decides{due}"
    return words + markup(badge.status.words) + _ended(badge)


def _ended(badge: Badge) -> str:
    """Who decided, and when. What is void was ended by its facts."""
    if badge.ended_at is None or badge.status is RequestStatus.VOID:
        return ""
    by = f" by {markup(badge.ended_by)}" if badge.ended_by else ""
    return f"{by}, {date(badge.ended_at)}"


def can_ask(approvals: Approvals, status: Status) -> bool:
    return approvals.may_ask and (status in IS_HELD or status is Status.WAITING_APPROVAL)


def rows(approvals: Approvals, *, is_held: bool) -> list[Block]:
    """A row of buttons for each request that something can be done about. `is_held`: somebody
    works on what it was asked for, so that it can be asked again."""
    if not approvals.may_ask:
        return []
    found = [(badge, _buttons(badge, is_held=is_held)) for badge in approvals.shown]
    offered = [(badge, buttons) for badge, buttons in found if buttons]
    blocks = []
    for badge, buttons in offered:
        if len(offered) > 1:
            purpose = clip(one_line(badge.purpose), PURPOSE_MAX)
            blocks.append(context(plain_text(f"{amount(badge)} for {purpose}")))
        blocks.append(actions(buttons))
    return blocks


def _buttons(badge: Badge, *, is_held: bool) -> list[Block]:
    value = RequestRef(badge.request_id).dump()
    withdraw = button(Action.WITHDRAW, "Withdraw approval", value)
    match badge.status:
        case RequestStatus.PENDING:
            return [withdraw, button(Action.REMIND, "Remind", value)]
        case RequestStatus.CHANGES_REQUESTED:
            change = button(Action.CHANGE, "Change…", value)
            return [button(Action.ANSWER, "Answer…", value, "primary"), change, withdraw]
        case RequestStatus.APPROVED if is_held:
            return [button(Action.CHANGE, "Change…", value)]
        case again if again in MAY_BE_SENT_AGAIN and is_held:
            return [button(Action.SEND_AGAIN, "Send again", value)]
    return []
