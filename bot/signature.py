"""Slack's signatures, version 0: of the raw bytes, before anything parses them."""

import hashlib
import hmac
from collections.abc import Mapping
from time import time

_MOST_AGE = 300


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    signed = hmac.new(secret, f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return f"v0={signed.hexdigest()}"


def is_from_slack(secret: bytes, headers: Mapping[str, str], body: bytes) -> bool:
    """A timestamp more than five minutes off is refused. Never raises,
    whatever the headers hold."""
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(time() - int(timestamp)) > _MOST_AGE or not signature.isascii():
        return False
    return hmac.compare_digest(sign(secret, timestamp, body), signature)
