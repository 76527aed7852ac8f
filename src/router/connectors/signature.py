"""Signatures by which a receiver knows that a webhook is ours: Standard Webhooks 1.0, HMAC-SHA256.

SOURCE: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256

PREFIX = "whsec_"
SECRET_BYTES_MIN, SECRET_BYTES_MAX = 24, 64


class SecretRefused(ValueError):
    """What is no secret; says why and never shows it."""


def secrets_of(text: str) -> tuple[bytes, ...]:
    """The keys in `text`, separated by blanks or lines: the first is the newest, all of them sign."""
    keys = tuple(_key_of(word) for word in text.split())
    if not keys:
        raise SecretRefused("is empty; it must hold a secret such as whsec_ and 32 random bytes in base64")
    return keys


def signed_headers(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a delivery at `timestamp` (Unix seconds), with one signature a key."""
    content = b".".join((message_id.encode(), str(timestamp).encode(), body))
    signatures = (b64encode(hmac.digest(key, content, sha256)).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _key_of(word: str) -> bytes:
    try:
        key = b64decode(word.removeprefix(PREFIX), validate=True)
    except ValueError:
        raise SecretRefused("is not base64 behind whsec_") from None
    if not SECRET_BYTES_MIN <= len(key) <= SECRET_BYTES_MAX:
        raise SecretRefused(
            f"has {len(key)} bytes, must have {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} before base64"
        )
    return key
