"""Reading what Slack sends: hidden values, forms, commands, message texts."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.payloads import (
    MessageRef,
    NewTicketForm,
    ReplyForm,
    TicketRef,
    plain,
    read_new_ticket,
    read_reply,
    storable,
)
from bot.payloads.wishes import Approvals, File, Help, Mine, Queue, Show, Verify, parse_command
from core.errors import HelpDeskError, InvalidField, Refused
from core.tickets.states import Priority

TICKET_ID = UUID("0190b6a0-0000-7000-8000-000000000012")
OTHER_ID = UUID("0190b6a0-0000-7000-8000-0000000000aa")
REF = TicketRef(TICKET_ID, 3)


def chosen(value: Any) -> dict[str, Any]:
    return {"selected_option": {"value": value, "text": {"type": "plain_text", "text": "x"}}}


def new_ticket_state() -> dict[str, Any]:
    return {
        "summary": {"value": "  My printer\x00 is broken "},
        "description": {"value": None},
        "department": chosen(str(OTHER_ID)),
        "priority": chosen("high"),
        "on_behalf_of": {"selected_user": None},
        "private": {"selected_options": []},
    }


def a_view(state: dict[str, Any], hidden: str = "") -> dict[str, Any]:
    values = {field: {field: answer} for field, answer in state.items()}
    return {"id": "V1", "private_metadata": hidden, "state": {"values": values}}


def refused_field(state: dict[str, Any]) -> str:
    with pytest.raises(InvalidField) as refusal:
        read_new_ticket(a_view(state))
    assert refusal.value.text.endswith(".")
    return refusal.value.field


@given(st.uuids(), st.integers(min_value=0, max_value=2**63 - 1))
def test_hidden_values_come_back_as_they_were(ticket_id: UUID, number: int) -> None:
    for ref in (TicketRef(ticket_id, number), MessageRef(ticket_id, number)):
        assert type(ref).load(ref.dump()) == ref
        assert len(ref.dump()) < 100


@pytest.mark.parametrize(
    "raw",
    [
        *(None, 7, [], {}, "", " ", "null", "7", "[]", "{}", "[" * 1500, "x" * 5000, "HD-12"),
        *('{"t":"x","v":1}', '{"t":7,"v":1}', '{"t":null,"v":1}', f'{{"t":"{TICKET_ID}"}}'),
        *(f'{{"t":"{TICKET_ID}","v":{number}}}' for number in ("true", "1.0", "-1", "9" * 30)),
        *(f'{{"t":"{TICKET_ID}","v":{number}}}' for number in ('"1"', "null", "[]", "NaN")),
        MessageRef(TICKET_ID, 7).dump(),
    ],
)
def test_a_button_that_is_not_ours_is_refused_kindly(raw: Any) -> None:
    with pytest.raises(Refused, match="This button is no longer valid"):
        TicketRef.load(raw)


def test_a_filled_form_is_read() -> None:
    state = new_ticket_state() | {
        "description": {"value": "It smokes.\nA lot."},
        "on_behalf_of": {"selected_user": "U0MIA"},
        "private": {"selected_options": [{"value": "private"}]},
    }
    assert read_new_ticket(a_view(state)) == NewTicketForm(
        summary="My printer is broken",
        description="It smokes.\nA lot.",
        department_id=OTHER_ID,
        priority=Priority.HIGH,
        on_behalf_of="U0MIA",
        is_private=True,
        view_id="V1",
    )


def test_optional_inputs_may_be_empty_or_missing() -> None:
    state = new_ticket_state()
    form = read_new_ticket(a_view(state))
    assert (form.description, form.on_behalf_of, form.is_private) == ("", None, False)
    for optional in ("description", "on_behalf_of", "private"):
        del state[optional]
    assert read_new_ticket(a_view(state)) == form


@pytest.mark.parametrize("summary", [None, "", "   ", "\n\t", "\u200b\u00a0", 7, ["x"]])
def test_a_summary_has_to_say_something(summary: Any) -> None:
    assert refused_field(new_ticket_state() | {"summary": {"value": summary}}) == "summary"


def test_texts_have_to_fit() -> None:
    assert read_new_ticket(a_view(new_ticket_state() | {"summary": {"value": "x" * 150}}))
    assert refused_field(new_ticket_state() | {"summary": {"value": "x" * 151}}) == "summary"
    long = new_ticket_state() | {"description": {"value": "x" * 3001}}
    assert refused_field(long) == "description"


@pytest.mark.parametrize("value", [None, "", "IT", 7, {}, "0190b6a0"])
def test_departments_and_priorities_come_from_their_lists(value: Any) -> None:
    assert refused_field(new_ticket_state() | {"department": chosen(value)}) == "department"
    assert refused_field(new_ticket_state() | {"priority": chosen(value)}) == "priority"


@pytest.mark.parametrize("missing", ["summary", "department", "priority"])
def test_a_missing_input_is_named(missing: str) -> None:
    state = new_ticket_state()
    del state[missing]
    assert refused_field(state) == missing
    assert refused_field(state | {missing: {"selected_option": None, "value": None}}) == missing


def test_the_other_forms_are_read() -> None:
    hidden = REF.dump()
    state = {"reply": {"value": "Have a look, please."}}
    assert read_reply(a_view(state, hidden)) == ReplyForm(REF, "Have a look, please.", "V1")


def test_a_reply_says_what_is_missing() -> None:
    with pytest.raises(InvalidField) as refusal:
        read_reply(a_view({"reply": {"value": " "}}, REF.dump()))
    assert refusal.value.field == "reply"


def test_a_form_that_forgot_its_ticket_is_refused() -> None:
    with pytest.raises(Refused, match="This form is no longer valid"):
        read_reply(a_view({}, "nonsense"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "state", "values", "summary", "value", "selected_option", "department"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


def outcome(read, view: Any) -> Any:
    """What was read, or the sentence that a person is told instead."""
    try:
        return read(view)
    except HelpDeskError as refusal:
        return refusal.text


@settings(database=None)
@pytest.mark.parametrize("read", [read_new_ticket, read_reply])
@given(view=JSON, broken=st.sampled_from(["summary", "department", "priority", "private"]))
def test_misshapen_forms_are_refused_and_never_break(read, view: Any, broken: str) -> None:
    for each in (view, a_view(new_ticket_state() | {broken: view}, REF.dump())):
        assert outcome(read, each)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("", File("")), (None, File("")), ("  ", File(""))),
        *(("HD-12", Show(12)), (" hd-12 ", Show(12)), ("Hd-007", Show(7))),
        *(("mine", Mine()), (" queue ", Queue()), ("help", Help())),
        *(("approvals", Approvals()), ("verify HD-12", Verify(12)), ("verify hd-7", Verify(7))),
        *(("Verify HD-12", File("Verify HD-12")), ("verify 12", File("verify 12"))),
        *(("verify HD-12/1", File("verify HD-12/1")), ("approvals now", File("approvals now"))),
    ],
)
def test_subcommands_are_understood(typed: Any, meant: Any) -> None:
    assert parse_command(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("mine is broken", "help me", "queue 2", "Mine", "HELP", "mine.", "the payload is broken"),
        *("HD-12 again", "HD 12", "HD-", "HD-x", "HD-١٢", f"HD-{10**18}", "my HD-12"),
    ],
)
def test_anything_else_is_a_summary(typed: str) -> None:
    assert parse_command(typed) == File(typed)


def test_a_summary_is_read_like_a_message() -> None:
    typed = "<@U0ANN|ann> can&apos;t open A &amp; B in <#C0IT|it>: x &lt; y"
    assert parse_command(typed) == File("@ann can&apos;t open A & B in #it: x < y")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        *(("<@U1|ann>", "@ann"), ("<@U1>", "@U1"), ("<@W1|>", "@W1")),
        *(("<#C1|it>", "#it"), ("<#C1>", "#C1"), ("<#C1|>", "#C1")),
        *(("<!here>", "@here"), ("<!here|here>", "@here"), ("<!channel|@channel>", "@channel")),
        *(("<!subteam^S1|@desk>", "@desk"), ("<!subteam^S1>", "@S1")),
        ("<!date^1392734382^{date}^https://x.example|Feb 18>", "Feb 18"),
        ("<https://x.example/a?b=1&amp;c=2>", "https://x.example/a?b=1&c=2"),
        ("<https://x.example|our page>", "our page (https://x.example)"),
        *(("<http://x.example|x.example>", "x.example"), ("<mailto:a@x.de|a@x.de>", "a@x.de")),
        *(
            ("&amp;lt;", "&lt;"),
            ("&lt;!channel&gt;", "<!channel>"),
            ("a &lt; b &amp;&amp; c", "a < b && c"),
        ),
        *(("hi <@U1|ann>, see <#C1|it>", "hi @ann, see #it"), ("<>", "<>"), ("a < b", "a < b")),
        *(("", ""), (None, ""), (7, ""), ("a\x00b\ud800", "ab"), ("<|x>", "x")),
    ],
)
def test_a_message_is_read_as_people_see_it(sent: Any, read: str) -> None:
    assert plain(sent) == read


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@settings(database=None)
@given(st.text() | st.text(alphabet="&<>!@#;|^altgmp"))
def test_any_text_survives_the_way_to_slack_and_back(text: str) -> None:
    assert plain(escaped(text)) == storable(text)


@settings(database=None)
@given(st.text() | st.text(alphabet="&<>!@#;|^altgmp"))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert isinstance(plain(text), str)
    assert parse_command(text)
