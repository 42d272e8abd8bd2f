"""What an auditor gets: whether the trail of a ticket's approvals is whole, and it all as files."""

import datetime

from bot.ids import Action, Field, View
from bot.payloads import TicketRef
from bot.views.approval_notices import AREA
from bot.views.parts import (
    Block,
    Form,
    Message,
    actions,
    button,
    clip,
    context,
    date,
    form,
    input_block,
    message,
    modal,
    mrkdwn,
    one_line,
    plain_text,
    section,
)
from core.tickets.approvals.verifying import Broken, ChainReport
from core.tickets.queries import TicketView

WORDS_MAX = 2000
#: Beside a file; seen on lock screens, so nothing of what it is about is in it.
COMMENT = "The evidence about approvals that you asked for."


def verified(ticket: TicketView, report: ChainReport) -> Message:
    """To whoever asked, alone."""
    words = clip(f"{ticket.key}: {_verdict(report)}", WORDS_MAX)
    blocks = [section(plain_text(words))]
    if report.broken is not None and report.broken.at is not None:
        blocks.append(context(mrkdwn(f"It is of {date(report.broken.at)}.")))
    if report.head:
        blocks.append(context(plain_text(f"The last link: {report.head}")))
    if report.links or report.broken:
        export = button(Action.EVIDENCE, "Export evidence", TicketRef(ticket.id, 0).dump())
        blocks.append(actions([export]))
    return message(words, blocks)


def _verdict(report: ChainReport) -> str:
    if report.broken is not None:
        return f"the chain of its approvals is broken. {_named(report.broken)}."
    if not report.links:
        return "there are no approvals to check."
    links = "its one link holds" if report.links == 1 else f"all {report.links} links hold"
    return f"the chain of its approvals is whole: {links}."


def _named(broken: Broken) -> str:
    """The first link that does not hold."""
    what = one_line(broken.what)
    if broken.position is None:
        return f"The first thing wrong: {what}"
    name = (broken.action or "").removeprefix(AREA).replace("_", " ")
    return f"Link {broken.position} ({name}) {what}"


def coming(what: str) -> Form:
    words = f"{what} is on its way to your direct messages."
    return modal("On its way", [section(plain_text(words))], close="OK")


def period(today: datetime.date) -> Form:
    blocks = [
        input_block(Field.STARTS, "From", _day(Field.STARTS, today.replace(day=1))),
        input_block(Field.ENDS, "To", _day(Field.ENDS, today)),
    ]
    return form(View.APPROVALS_PERIOD, "Approvals of a period", blocks, submit="Export CSV")


def _day(field: Field, initial: datetime.date) -> Block:
    return {
        "type": "datepicker",
        "action_id": field.value,
        "initial_date": initial.isoformat(),
    }


def file_name(about: str, asked_at: datetime.datetime, ending: str) -> str:
    """The moment in it makes it one of its kind, so that it can be found again."""
    return f"{about} {asked_at.astimezone(datetime.UTC):%Y-%m-%d %H.%M.%S} UTC.{ending}"


def refused() -> Message:
    words = (
        "The files you asked for could not be made. You may not see that any more, or Slack did "
        "not take them. Ask again, and if it happens again, tell your administrator."
    )
    return message(words, [section(plain_text(words))])
