"""Is a request from Slack? Asked of the raw bytes, before anything parses them."""

import hashlib
import hmac
from collections.abc import Mapping
from time import time

_MOST_AGE = 300


def is_from_slack(secret: bytes, headers: Mapping[str, str], body: bytes) -> bool:
    """By Slack's v0 signature; a timestamp more than five minutes off is refused. Never raises,
    whatever the headers hold."""
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(time() - int(timestamp)) > _MOST_AGE or not signature.isascii():
        return False
    signed = hmac.new(secret, f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return hmac.compare_digest(f"v0={signed.hexdigest()}", signature)
