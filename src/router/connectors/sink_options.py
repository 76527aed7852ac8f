"""The kinds of sinks: the keys of each, and how its options are read."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from router.connectors.envelope import SOURCE
from router.connectors.nats_stream import NatsOptions
from router.connectors.notices.options import ENCRYPTIONS, MailOptions, NoticeOptions, SmsOptions
from router.connectors.signature import SecretRefused, secrets_of
from router.connectors.webhook import WebhookOptions
from router.rules.diagnostics import Code, Findings
from router.rules.text.fields import Fields, read_choice, read_integer, read_items, read_text
from router.rules.text.tree import Node

WORDING_KEYS: Mapping[str, str] = {
    "shop": "the shop's name, for the words of notices",
    "language": "the language of customers who name none, such as `de`; `en` without it",
    "templates": "a folder of your own templates, `LANGUAGE/KIND.txt`; what is not there is taken from the router's",
    "answer_url": "your page on which a customer answers a delay, with `{order_id}` and `{notice_number}` in it",
}
LOCAL = ("localhost", "127.0.0.1", "::1")

KEYS: Mapping[str, Mapping[str, str]] = {
    "webhook": {
        "url": "where each event is posted to: `https://`, or `http://` on this machine",
        "secret_env": "the environment variable that holds the signing secret, `whsec_` and base64",
        "secret_file": "the file that holds it, instead",
        "timeout_seconds": "how long an answer may take, 1 to 60; 10 without it",
        "attempts_max": "failures until an event is a dead letter, 1 to 100; 24 without it, about half a day",
        "concurrency": "how many orders' events may be on their way at once, 1 to 64; 8 without it",
        "tls_ca": "certificates (PEM) to trust, instead of the machine's",
        "proxy": "URL of the proxy to go through",
    },
    "nats": {
        "servers": "URLs such as `nats://127.0.0.1:4222`",
        "stream": "the JetStream stream; made if there is none",
        "prefix": "what goes before the event's type to make the subject, such as `shop.`",
        "token_env": "the environment variable that holds the token",
        "credentials_file": "the file of user credentials",
        "tls_ca": "certificates (PEM) to trust",
        "timeout_seconds": "how long an acknowledgement may take, 1 to 60; 10 without it",
        "attempts_max": "as of a webhook",
        "concurrency": "as of a webhook, 1 to 256; 64 without it",
    },
    "file": {"path": "the file that lines are appended to"},
    "mail": {
        "host": "the mail server (SMTP) that notices to customers are handed to",
        "port": "its port; 587 without it",
        "encryption": "`starttls`, `tls` or, on this machine only, `none`; `starttls` without it",
        "user": "who we are to the server",
        "password_env": "the environment variable that holds the password",
        "password_file": "the file that holds it, instead",
        "sender": "who writes, such as `Shop <orders@shop.example>`",
        "tls_ca": "certificates (PEM) to trust, instead of the machine's",
        "timeout_seconds": "how long the server may take, 1 to 60; 10 without it",
        "attempts_max": "as of a webhook",
        "concurrency": "as of a webhook",
        **WORDING_KEYS,
    },
    "sms": {
        "url": "where each text message is posted to: `https://`, or `http://` on this machine",
        "token_env": "the environment variable that holds the bearer token",
        "token_file": "the file that holds it, instead",
        "sender": "who writes: a number or a name that the provider knows",
        "timeout_seconds": "how long an answer may take, 1 to 60; 10 without it",
        "attempts_max": "as of a webhook",
        "concurrency": "as of a webhook",
        **WORDING_KEYS,
    },
}
"""The keys of each kind of sink and what they mean."""
REQUIRED: Mapping[str, Collection[str]] = {
    "webhook": ("url",),
    "nats": ("servers", "stream"),
    "file": ("path",),
    "mail": ("host", "sender", "shop"),
    "sms": ("url", "sender", "shop"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    path: Path
    source: str = SOURCE


Options = WebhookOptions | NatsOptions | FileOptions | NoticeOptions


@dataclass(frozen=True, slots=True)
class OptionReader:
    """Reads the options of one sink; what is wrong is reported. Paths are meant beside `folder`."""

    source: str
    environment: Mapping[str, str]
    folder: Path
    findings: Findings

    def read(self, kind: str, fields: Fields) -> Options:
        """The options of a sink of this kind, whose required fields are there."""
        make: Mapping[str, Callable[[Fields], Options]] = {
            "webhook": self._webhook,
            "nats": self._nats,
            "file": self._file,
            "mail": self._mail,
            "sms": self._sms,
        }
        return make[kind](fields)

    def _webhook(self, fields: Fields) -> WebhookOptions:
        keys: tuple[bytes, ...] = ()
        if secret := self._secret(fields, "secret_env", "secret_file"):
            try:
                keys = secrets_of(secret[0])
            except SecretRefused as error:
                self.findings.add(Code.BAD_VALUE, secret[1].span, f"the secret {error}")
        return WebhookOptions(
            url=self._url(fields, "url"),
            keys=keys,
            source=self.source,
            timeout_seconds=self.whole(fields, "timeout_seconds", 10, 60),
            concurrency=self.whole(fields, "concurrency", 8, 64),
            tls_ca=self._path(fields, "tls_ca"),
            proxy=text_of(fields, "proxy", self.findings),
        )

    def _nats(self, fields: Fields) -> NatsOptions:
        servers = read_items(fields["servers"], "`servers`", self.findings)
        token = self._secret(fields, "token_env", "")
        return NatsOptions(
            servers=tuple(filter(None, (read_text(one, "a server", self.findings) for one in servers))),
            stream=text_of(fields, "stream", self.findings),
            prefix=text_of(fields, "prefix", self.findings),
            source=self.source,
            timeout_seconds=self.whole(fields, "timeout_seconds", 10, 60),
            token=token[0] if token else "",
            credentials=self._path(fields, "credentials_file"),
            tls_ca=self._path(fields, "tls_ca"),
        )

    def _file(self, fields: Fields) -> FileOptions:
        path = self._path(fields, "path")
        return FileOptions(path=path or self.folder, source=self.source)

    def _mail(self, fields: Fields) -> NoticeOptions:
        password = self._secret(fields, "password_env", "password_file")
        encryption = "starttls"
        if "encryption" in fields:
            encryption = (
                read_choice(fields["encryption"], "`encryption`", tuple(ENCRYPTIONS), self.findings)
                or encryption
            )
        host = text_of(fields, "host", self.findings)
        if encryption == "none" and host not in LOCAL:
            self.findings.add(
                Code.BAD_VALUE,
                fields["encryption"].span,
                "notices are personal: `none` is for this machine only",
            )
        sender = text_of(fields, "sender", self.findings)
        if not all(parseaddr(sender)[1].rpartition("@")):
            self.findings.add(
                Code.BAD_VALUE, fields["sender"].span, "`sender` must be like `Shop <orders@shop.example>`"
            )
        way = MailOptions(
            host=host,
            sender=sender,
            port=self.whole(fields, "port", 587, 65_535),
            encryption=encryption,
            user=text_of(fields, "user", self.findings),
            password=password[0].strip() if password else "",
            timeout_seconds=self.whole(fields, "timeout_seconds", 10, 60),
            tls_ca=self._path(fields, "tls_ca"),
        )
        return self._notices(fields, way)

    def _sms(self, fields: Fields) -> NoticeOptions:
        token = self._secret(fields, "token_env", "token_file")
        way = SmsOptions(
            url=self._url(fields, "url"),
            sender=text_of(fields, "sender", self.findings),
            token=token[0].strip() if token else "",
            timeout_seconds=self.whole(fields, "timeout_seconds", 10, 60),
        )
        return self._notices(fields, way)

    def _notices(self, fields: Fields, way: MailOptions | SmsOptions) -> NoticeOptions:
        templates = self._path(fields, "templates")
        if templates is not None and not templates.is_dir():
            self.findings.add(Code.BAD_VALUE, fields["templates"].span, f"`{templates}` is no folder")
        return NoticeOptions(
            way=way,
            shop=text_of(fields, "shop", self.findings),
            language=text_of(fields, "language", self.findings) or "en",
            templates=templates,
            answer_url=self._url(fields, "answer_url") if "answer_url" in fields else "",
        )

    def _url(self, fields: Fields, key: str) -> str:
        text = text_of(fields, key, self.findings)
        parts = urlsplit(text)
        is_local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if (parts.scheme == "https" and parts.hostname) or (parts.scheme == "http" and is_local):
            return text
        self.findings.add(
            Code.BAD_VALUE, fields[key].span, f"`{key}` must be `https://`, or `http://` on this machine"
        )
        return text

    def _secret(self, fields: Fields, env_key: str, file_key: str) -> tuple[str, Node] | None:
        """The secret and where its place is named; an absent one is reported."""
        if (node := fields.get(env_key)) is not None:
            name = read_text(node, f"`{env_key}`", self.findings) or ""
            if value := self.environment.get(name, ""):
                return value, node
            self.findings.add(Code.BAD_VALUE, node.span, f"the environment has no `{name}`")
        elif (node := fields.get(file_key)) is not None:
            path = self._path(fields, file_key)
            try:
                return (path.read_text(encoding="utf-8") if path else ""), node
            except (OSError, UnicodeDecodeError) as error:
                self.findings.add(Code.BAD_VALUE, node.span, f"cannot read `{path}`: {type(error).__name__}")
        return None

    def _path(self, fields: Fields, key: str) -> Path | None:
        """A path beside the sinks file, unless it is absolute."""
        text = text_of(fields, key, self.findings)
        return self.folder / text if text else None

    def whole(self, fields: Fields, key: str, usual: int, most: int) -> int:
        if (node := fields.get(key)) is None:
            return usual
        return read_integer(node, f"`{key}`", 1, most, self.findings) or usual


def text_of(fields: Fields, key: str, findings: Findings) -> str:
    node = fields.get(key)
    return (read_text(node, f"`{key}`", findings) or "") if node is not None else ""
