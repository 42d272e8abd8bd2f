"""The app's answers as Slack understands them; what goes wrong shows on the person's screen."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.blockkit.payloads import check_suggestions
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.response_urls import place_answer, post_from
from bot.sandbox.slack.sandbox import Sandbox
from bot.sandbox.slack.transport import Delivery

Json = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"
TIMEOUT = "operation_timeout"
FAILED = "dispatch_failed"
BAD_ANSWER = "invalid_command_response"


@dataclass
class Outcome:
    """What came of something a person did; the status is 0 when nothing was sent or answered."""

    status: int = 0
    body: str = ""
    elapsed_ms: float = 0.0
    failure: str | None = None
    notices: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, delivery: Delivery) -> Outcome:
        return cls(delivery.status, delivery.body, delivery.elapsed_ms, delivery.failure)

    def tell(self, sandbox: Sandbox, person: str, *sentences: str) -> Outcome:
        for sentence in sentences:
            self.notices.append(sentence)
            sandbox.notice(person, sentence)
        return self

    def shown(self) -> Json:
        return dict(self.__dict__)


def _failed(sandbox: Sandbox, person: str, delivery: Delivery) -> Outcome | None:
    """An answer that is none: rule 1.18 wants 200 within three seconds."""
    outcome = Outcome.of(delivery)
    if delivery.failure == "http_timeout":
        return outcome.tell(sandbox, person, TIMEOUT)
    if delivery.status != 200:
        return outcome.tell(sandbox, person, FAILED)
    return None


def of_press(sandbox: Sandbox, person: str, delivery: Delivery) -> Outcome:
    """Presses and shortcuts need no more than a 200."""
    return _failed(sandbox, person, delivery) or Outcome.of(delivery)


def of_command(sandbox: Sandbox, person: str, channel: str, delivery: Delivery) -> Outcome:
    """Rule 1.29: nothing, plain text, or JSON with text or blocks."""
    failed = _failed(sandbox, person, delivery)
    if failed:
        return failed
    outcome = Outcome.of(delivery)
    if not delivery.body.strip():
        return outcome
    try:
        body = _command_body(delivery)
        post = post_from(body)
        post.check()
        place_answer(sandbox, person, channel, body, post)
    except SlackRefusal as refusal:
        outcome.problems = delivery.problems = [refusal.name, *refusal.problems]
        outcome.tell(sandbox, person, BAD_ANSWER)
    return outcome


def _command_body(delivery: Delivery) -> Json:
    if delivery.content_type != "application/json":
        return {"text": delivery.body}
    try:
        body = json.loads(delivery.body)
    except ValueError as error:
        raise SlackRefusal("invalid_json") from error
    return body if isinstance(body, dict) else {"text": str(body)}


def of_submission(sandbox: Sandbox, person: str, view: Json, delivery: Delivery) -> Outcome:
    """Rule 1.38: close, clear, update, push or errors; anything else is trouble."""
    outcome = Outcome.of(delivery)
    if delivery.failure == "http_timeout":
        return outcome.tell(sandbox, person, TIMEOUT, TROUBLE)
    if delivery.status != 200:
        return outcome.tell(sandbox, person, TROUBLE)
    if not delivery.body:
        _close(sandbox, person, view)
        return outcome
    try:
        _follow(sandbox, person, view, _submission_body(delivery))
    except SlackRefusal as refusal:
        outcome.problems = delivery.problems = [refusal.name, *refusal.problems]
        outcome.tell(sandbox, person, TROUBLE)
    return outcome


def _close(sandbox: Sandbox, person: str, view: Json) -> None:
    stack = sandbox.views.stacks.get(person)
    if stack and stack[-1] == view["id"]:
        sandbox.views.pop(person)


def _submission_body(delivery: Delivery) -> Json:
    try:
        body = json.loads(delivery.body)
    except ValueError as error:
        raise SlackRefusal("invalid_answer", ["the body is neither empty nor JSON"]) from error
    if not isinstance(body, dict) or "response_action" not in body:
        raise SlackRefusal("invalid_answer", ["there is no response_action"])
    return body


def _follow(sandbox: Sandbox, person: str, view: Json, body: Json) -> None:
    action = body["response_action"]
    if action == "clear":
        sandbox.views.clear(person)
    elif action == "update":
        sandbox.views.update(view["id"], body.get("view") or {}, None)
    elif action == "push":
        sandbox.views.push(person, body.get("view") or {})
    elif action == "errors":
        sandbox.views.errors[view["id"]] = _field_errors(view, body.get("errors"))
    else:
        raise SlackRefusal("invalid_answer", [f"unknown response_action {action!r}"])


def _field_errors(view: Json, errors: Any) -> dict[str, str]:
    """Rule 1.39: keyed by the block_ids of inputs."""
    if not isinstance(errors, dict) or not errors:
        raise SlackRefusal("invalid_errors", ["errors must be a non-empty object"])
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    strangers = sorted(set(errors) - inputs)
    if strangers:
        raise SlackRefusal("invalid_errors", [f"no input block is called {strangers}"])
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise SlackRefusal("invalid_errors", ["every error must be a text"])
    return dict(errors)


def of_suggestion(
    sandbox: Sandbox, person: str, kind: str, delivery: Delivery
) -> tuple[list[Json], Outcome]:
    """The options of a menu; a bad answer leaves the menu empty."""
    failed = _failed(sandbox, person, delivery)
    if failed:
        return [], failed
    outcome = Outcome.of(delivery)
    try:
        body = json.loads(delivery.body)
    except ValueError:
        body = None
    outcome.problems = delivery.problems = check_suggestions(body, kind)
    if outcome.problems or not isinstance(body, dict):
        return [], outcome.tell(sandbox, person, FAILED)
    groups = body.get("option_groups") or []
    grouped = [option for group in groups for option in group["options"]]
    return list(body.get("options") or []) + grouped, outcome
