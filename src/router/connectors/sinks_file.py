"""The file that names the sinks: read with every fault at its line, secrets fetched from where it says they are.

sinks:
  erp:
    kind: webhook
    url: https://erp.example/hooks/router
    secret_env: ERP_HOOK_SECRET
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from router.app.records import EventKind
from router.connectors.envelope import SOURCE
from router.connectors.event_types import EVENT_TYPES
from router.connectors.nats_stream import NatsOptions
from router.connectors.signature import SecretRefused, secrets_of
from router.connectors.webhook import WebhookOptions
from router.domain.limits import ID_LENGTH_MAX
from router.rules.diagnostics import Code, Diagnostic, Findings
from router.rules.text.budget import Budget
from router.rules.text.fields import (
    Fields,
    read_choice,
    read_fields,
    read_integer,
    read_items,
    read_text,
)
from router.rules.text.load import load
from router.rules.text.tree import Mapping as MappingNode
from router.rules.text.tree import Node

SINKS_MAX = 32
NOW, BEGINNING = "now", "beginning"

COMMON_KEYS: Mapping[str, str] = {
    "kind": "`webhook`, `nats` or `file`",
    "events": "only these types, such as `order.routed`; all without it",
    "start": "where a new sink begins: `now` or `beginning`; `now` without it",
}
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
}
"""The keys of each kind of sink and what they mean."""
REQUIRED: Mapping[str, Collection[str]] = {
    "webhook": ("url",),
    "nats": ("servers", "stream"),
    "file": ("path",),
}


class SinksRefused(Exception):
    """The file is at fault. `lines` are its findings, each with its place."""

    def __init__(self, message: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.lines = lines


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    path: Path
    source: str = SOURCE


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkPlan:
    """One sink as it was asked for. `kinds` empty: all. Options print no secret."""

    name: str
    options: WebhookOptions | NatsOptions | FileOptions
    kinds: frozenset[EventKind]
    from_beginning: bool
    attempts_max: int
    concurrency: int


def read_sinks(path: Path, environment: Mapping[str, str]) -> tuple[SinkPlan, ...]:
    """The sinks that the file names. Refuses with SinksRefused, with every fault at once."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SinksRefused(f"cannot read `{path}`: {error.strerror}") from error
    findings = Findings()
    root = load(str(path), content, Budget(), findings)
    plans: list[SinkPlan] = []
    if root is not None:
        fields = read_fields(root, "a sinks file", findings, required=("sinks",), optional=("source",)) or {}
        source = _text(fields, "source", findings) or SOURCE
        named = fields.get("sinks")
        if isinstance(named, MappingNode):
            for entry in named.entries[:SINKS_MAX]:
                reader = _Reader(entry.key.text, entry.value, source, environment, path.parent, findings)
                plans += filter(None, [reader.read()])
            if not 0 < len(named.entries) <= SINKS_MAX:
                findings.add(Code.BAD_VALUE, named.span, f"`sinks` has 1 to {SINKS_MAX} sinks")
        elif named is not None:
            findings.add(Code.WRONG_KIND, named.span, "`sinks` is a mapping of names to sinks")
    if findings.has_error():
        raise SinksRefused(
            f"`{path}` names no sinks that can be served", tuple(map(_line, findings.listed()))
        )
    return tuple(plans)


def _line(found: Diagnostic) -> str:
    """A finding in one line: where, what, and the way out."""
    near = f"; did you mean `{found.suggestion}`?" if found.suggestion else ""
    expected = f"; expected {found.expected}" if found.expected and not near else ""
    return f"{found.file}:{found.line}:{found.column}: {found.message}{near}{expected}"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one sink; None has been reported."""

    name: str
    node: Node
    source: str
    environment: Mapping[str, str]
    folder: Path
    findings: Findings

    def read(self) -> SinkPlan | None:
        what = f"sink `{self.name}`"
        kind = self._kind(what)
        if len(self.name) > ID_LENGTH_MAX:
            self.findings.add(
                Code.BAD_VALUE, self.node.span, f"a name has {ID_LENGTH_MAX} characters at most"
            )
        if kind is None:
            return None
        keys = [*COMMON_KEYS, *KEYS[kind]]
        required = ("kind", *REQUIRED[kind])
        fields = read_fields(
            self.node, what, self.findings, required=required, optional=[k for k in keys if k not in required]
        )
        if fields is None or any(key not in fields for key in required):
            return None
        make: Mapping[str, Callable[[Fields], WebhookOptions | NatsOptions | FileOptions]] = {
            "webhook": self._webhook,
            "nats": self._nats,
            "file": self._file,
        }
        start = (
            read_choice(fields["start"], "`start`", (NOW, BEGINNING), self.findings)
            if "start" in fields
            else NOW
        )
        # What is on disk can be written again and again: a file gives no event up.
        attempts = 0 if kind == "file" else self._whole(fields, "attempts_max", 24, 100)
        most, usual = {"webhook": (64, 8), "nats": (256, 64), "file": (1, 1)}[kind]
        return SinkPlan(
            name=self.name,
            options=make[kind](fields),
            kinds=self._kinds(fields),
            from_beginning=start == BEGINNING,
            attempts_max=attempts,
            concurrency=self._whole(fields, "concurrency", usual, most),
        )

    def _kind(self, what: str) -> str | None:
        if not isinstance(self.node, MappingNode):
            read_fields(self.node, what, self.findings, required=("kind",))
            return None
        found = {entry.key.text: entry.value for entry in self.node.entries}.get("kind")
        if found is None:
            self.findings.add(
                Code.MISSING_KEY, self.node.span, f"{what} needs `kind`", expected=", ".join(KEYS)
            )
            return None
        return read_choice(found, "`kind`", tuple(KEYS), self.findings)

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
            timeout_seconds=self._whole(fields, "timeout_seconds", 10, 60),
            concurrency=self._whole(fields, "concurrency", 8, 64),
            tls_ca=self._path(fields, "tls_ca"),
            proxy=_text(fields, "proxy", self.findings),
        )

    def _nats(self, fields: Fields) -> NatsOptions:
        servers = read_items(fields["servers"], "`servers`", self.findings)
        token = self._secret(fields, "token_env", "")
        return NatsOptions(
            servers=tuple(filter(None, (read_text(one, "a server", self.findings) for one in servers))),
            stream=_text(fields, "stream", self.findings),
            prefix=_text(fields, "prefix", self.findings),
            source=self.source,
            timeout_seconds=self._whole(fields, "timeout_seconds", 10, 60),
            token=token[0] if token else "",
            credentials=self._path(fields, "credentials_file"),
            tls_ca=self._path(fields, "tls_ca"),
        )

    def _file(self, fields: Fields) -> FileOptions:
        path = self._path(fields, "path")
        return FileOptions(path=path or self.folder, source=self.source)

    def _kinds(self, fields: Fields) -> frozenset[EventKind]:
        kinds = {
            one.name.removeprefix("router.").removesuffix(".v1"): kind for kind, one in EVENT_TYPES.items()
        }
        names = (
            read_choice(node, "an event type", tuple(kinds), self.findings)
            for node in read_items(fields.get("events"), "`events`", self.findings)
        )
        return frozenset(kinds[name] for name in names if name is not None)

    def _url(self, fields: Fields, key: str) -> str:
        text = _text(fields, key, self.findings)
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
        text = _text(fields, key, self.findings)
        return self.folder / text if text else None

    def _whole(self, fields: Fields, key: str, usual: int, most: int) -> int:
        if (node := fields.get(key)) is None:
            return usual
        return read_integer(node, f"`{key}`", 1, most, self.findings) or usual


def _text(fields: Fields, key: str, findings: Findings) -> str:
    node = fields.get(key)
    return (read_text(node, f"`{key}`", findings) or "") if node is not None else ""
