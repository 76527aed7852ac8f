"""How notices are sent, as the sinks file says it."""

from dataclasses import dataclass, field
from pathlib import Path

ENCRYPTIONS = ("starttls", "tls", "none")
"""How the connection to a mail server is made private: after it says so (RFC 3207), from the first byte, or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOptions:
    """The server that takes mail and who sends it, such as `Shop <orders@shop.example>`."""

    host: str
    sender: str
    port: int = 587
    encryption: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 10.0
    tls_ca: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsOptions:
    """Where messages are posted to, as `{"to", "from", "text", "reference"}` with `token` as the bearer."""

    url: str
    sender: str
    token: str = field(default="", repr=False)
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOptions:
    """A way, and whose words in which language; `templates` is a folder of the shop's own, `answer_url` its
    page on which delays are answered.
    """

    way: MailOptions | SmsOptions
    shop: str
    language: str = "en"
    templates: Path | None = None
    answer_url: str = ""
