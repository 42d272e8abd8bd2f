"""Slack's markup as HTML: what it means is shown, and nothing in it is ever taken for HTML."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.face import markdown, markup, rich
from bot.sandbox.face.painter import Painter, environment
from bot.sandbox.face.viewer import Viewer
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.people import Person
from bot.sandbox.slack.sandbox import new_sandbox
from bot.sandbox.slack.transport import AppAddress
from bot.sandbox.slack.workspace import Channel

ANN = Person("U0ANN", "ann", "Ann Visser", "T0ACME", tz="Europe/Berlin")
NOON = 1_751_536_800  # 2025-07-03 10:00 UTC
TEMPLATES = environment()


def viewer() -> Viewer:
    sandbox = new_sandbox(Manifest(), AppAddress(), "T0ACME")
    sandbox.workspace.add_person(ANN)
    sandbox.workspace.add_channel(Channel("C0GENERAL", "general", members={"U0ANN": None}))
    sandbox.workspace.add_channel(Channel("C0BOARD", "board", kind="group"))
    return Viewer(sandbox, ANN)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* _it_ ~no~ `x*y*`", "<strong>bold</strong> <em>it</em> <del>no</del> "),
        ("*a _b_*", "<strong>a <em>b</em></strong>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("&lt;b&gt; &amp; co", "&lt;b&gt; &amp; co"),
        ("<https://acme.example/x?a=1&amp;b=2|The page>", 'href="https://acme.example/x?a=1&amp;b'),
        ("see https://acme.example.", 'href="https://acme.example."'),
        ("<@U0ANN> and <@U0NOBODY>", '<span class="mention self">@Ann Visser</span>'),
        ("<#C0GENERAL>", '<a class="mention" href="/as/U0ANN/C0GENERAL">#general</a>'),
        ("<#C0BOARD>", "#private-channel"),
        ("<!here>", '<span class="mention loud">@here</span>'),
        (f"<!date^{NOON}^{{time}}|later>", ">12:00 PM</time>"),
        ("<!date^soon^{time}|later>", "later"),
        ("&gt; quoted\nnot", "<blockquote>quoted</blockquote>not"),
        ("```a *b*\n<c>```", "<pre>a *b*\n&lt;c&gt;</pre>"),
        ("• one", '<span class="bullet">one</span>'),
        (":ticket: :nope:", 'title=":ticket:">🎫</span>'),
        ("at 10:30:15", "at 10:30:15"),
        ("one\ntwo", "one<br>two"),
    ],
)
def test_markup_is_shown_as_it_is_meant(text: str, shown: str) -> None:
    assert shown in str(markup.mrkdwn(viewer(), text))


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "vbscript:x", " javascript:x", "JaVaScRiPt:x"],
)
def test_a_link_leads_to_the_web_or_nowhere(url: str) -> None:
    seen = viewer()
    leaf = {"type": "link", "url": url, "text": "Click"}
    section = {"type": "rich_text_section", "elements": [leaf]}
    for shown in (
        markup.mrkdwn(seen, f"<{url}|Click>"),
        rich.rich_text(seen, {"elements": [section]}),
        markdown.markdown(seen, f"[Click]({url})"),
    ):
        assert "href" not in shown
        assert "Click" in shown


def test_a_permalink_stays_in_the_stand_in() -> None:
    found = viewer()
    base = "https://acme.slack.com/archives/C0GENERAL"
    assert found.link(base) == "/as/U0ANN/C0GENERAL"
    assert found.link(f"{base}/p1751536800000100") == "/as/U0ANN/C0GENERAL/1751536800.000100"
    assert found.link(f"{base}/p1751536800000200?thread_ts=1751536800.000100&cid=C0GENERAL") == (
        "/as/U0ANN/C0GENERAL/1751536800.000100"
    )


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><b>"
PLAIN = {"type": "plain_text", "text": HOSTILE}
OPTION = {"text": PLAIN, "value": HOSTILE}
CONFIRM = {"title": PLAIN, "text": PLAIN, "confirm": PLAIN, "deny": PLAIN}


def blocks_of(evil: str) -> list[dict[str, Any]]:
    """One of each kind, with the same words wherever words can stand."""
    ids = {"block_id": evil, "action_id": evil}
    plain, url = {"type": "plain_text", "text": evil}, f"https://x.example/{evil}"
    button = {"type": "button", "text": plain, "value": evil, "confirm": CONFIRM, **ids}
    inputs: list[dict[str, Any]] = [
        {"type": "plain_text_input", "initial_value": evil, "placeholder": plain},
        {"type": "plain_text_input", "multiline": True, "initial_value": evil},
        {"type": "number_input", "initial_value": evil},
        {"type": "static_select", "options": [OPTION], "placeholder": plain},
        {"type": "external_select", "initial_option": OPTION, "placeholder": plain},
        {"type": "multi_users_select", "initial_users": [evil]},
        {"type": "checkboxes", "options": [OPTION | {"description": plain}]},
        {"type": "radio_buttons", "options": [OPTION], "initial_option": OPTION},
        {"type": "datepicker", "initial_date": evil},
        {"type": "file_input", "filetypes": [evil]},
    ]
    text = {"type": "text", "text": evil}
    section = {"type": "rich_text_section", "elements": [text, {"type": "emoji", "name": evil}]}
    return [
        {"type": "header", "text": plain},
        {"type": "section", "text": {"type": "mrkdwn", "text": evil}, "fields": [plain]},
        {"type": "section", "text": plain, "accessory": button, "block_id": evil},
        {
            "type": "context",
            "elements": [plain, {"type": "image", "image_url": url, "alt_text": evil}],
        },
        {"type": "actions", "block_id": evil, "elements": [button | {"url": url}]},
        {"type": "actions", "elements": [{"type": "overflow", "options": [OPTION], **ids}], **ids},
        {"type": "image", "image_url": url, "alt_text": evil, "title": plain},
        {"type": "markdown", "text": f"# {evil}\n- {evil}\n[{evil}](https://x.example)"},
        {
            "type": "rich_text",
            "elements": [section, {"type": "rich_text_quote", "elements": [text]}],
        },
        {"type": "table", "rows": [[{"type": "raw_text", "text": evil}]]},
        {"type": "video", "title": plain, "video_url": url, "alt_text": evil},
        {"type": "alert", "text": plain, "level": evil},
        {"type": "something_new", "payload": evil},
        *(
            {"type": "input", "label": plain, "hint": plain, "element": each | ids, **ids}
            for each in inputs
        ),
    ]


def painted(blocks: list[Any]) -> str:
    return str(Painter(TEMPLATES, viewer(), {}, {}).blocks(blocks))


def test_hostile_words_stay_words_in_every_block() -> None:
    for block in blocks_of(HOSTILE):
        shown = painted([block])
        assert "<script" not in shown, block
        assert "<img src=x" not in shown, block
        assert "<b>" not in shown, block
        assert "alert(1)" in shown, block


@given(st.text(max_size=60))
def test_no_text_breaks_out_of_markup(text: str) -> None:
    seen = viewer()
    for shown in (markup.mrkdwn(seen, text), markdown.markdown(seen, text), markup.plain(text)):
        assert "<script" not in str(shown).lower()
        assert str(shown).count("<") == str(shown).count(">")


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "section", "text": "no object"},
        {"type": "section", "fields": 3},
        {"type": "actions", "elements": [None, {"type": "button"}]},
        {"type": "input", "label": None},
        {"type": "table", "rows": 7},
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "indent": "x"}]},
        {"type": "rich_text", "elements": 5},
        {"type": "nothing_we_know", "x": 1},
        "not a block",
        None,
    ],
)
def test_what_cannot_be_drawn_never_breaks_the_page(broken: Any) -> None:
    good = {"type": "header", "text": {"type": "plain_text", "text": "Still here"}}
    assert "Still here" in painted([broken, good])


def test_lines_stay_lines_in_plain_text() -> None:
    shown = painted([{"type": "section", "text": {"type": "plain_text", "text": "one\ntwo"}}])
    assert "one<br>two" in shown


def test_a_block_that_is_not_known_shows_its_json() -> None:
    shown = painted([{"type": "hologram", "depth": 3}])
    assert "hologram" in shown
    assert "&#34;depth&#34;: 3" in shown
