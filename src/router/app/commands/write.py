"""What every writing command carries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """`body_digest` is the SHA-256 of the request without its key: the same key with another body is refused."""

    request_id: str
    body_digest: bytes
