"""What leads where about approvals and absences: a page of the routes of its own."""

from collections.abc import Awaitable, Callable, Mapping

from bot.ids import Action, View
from bot.interaction import Interaction
from bot.listeners import absences, approvals, approvals_desk, decisions, evidence

Handler = Callable[[Interaction], Awaitable[None]]

VIEWS: Mapping[str, Handler] = {
    View.APPROVAL_ASK: approvals.preview,
    View.APPROVAL_SEND: approvals.send,
    View.APPROVAL_APPROVE: decisions.approve_with_note,
    View.APPROVAL_REJECT: decisions.reject,
    View.APPROVAL_CHANGES: decisions.ask_changes,
    View.APPROVAL_ANSWER: approvals.answer,
    View.APPROVAL_WITHDRAW: approvals.withdraw,
    View.APPROVAL_CHANGE: approvals.change,
    View.ABSENCE: absences.save,
    View.APPROVALS_PERIOD: evidence.export_period,
}

ACTIONS: Mapping[str, Handler] = {
    Action.APPROVAL_ASK: approvals.open_ask,
    Action.PART_ASK_APPROVAL: approvals.open_ask_for_part,
    Action.APPROVE: decisions.approve,
    Action.APPROVE_WITH_NOTE: decisions.open_approve,
    Action.REJECT: decisions.open_reject,
    Action.ASK_CHANGES: decisions.open_changes,
    Action.ANSWER: approvals.open_answer,
    Action.WITHDRAW: approvals.open_withdraw,
    Action.REMIND: approvals.remind,
    Action.SEND_AGAIN: approvals.send_again,
    Action.CHANGE: approvals.open_change,
    Action.EVIDENCE: evidence.export,
    Action.APPROVALS_FILTER: approvals_desk.choose_size,
    Action.APPROVALS_SELECT: approvals_desk.select,
    Action.APPROVE_SELECTED: approvals_desk.approve_selected,
    Action.APPROVALS_PERIOD: evidence.open_period,
    Action.AWAY: absences.open_form,
    Action.AWAY_END: absences.end,
}
