"""The file that names the sinks: read with every fault at its line, secrets fetched from where it says they are.

sinks:
  erp:
    kind: webhook
    url: https://erp.example/hooks/router
    secret_env: ERP_HOOK_SECRET
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from router.connectors.envelope import SOURCE
from router.connectors.event_types import EVENT_TYPES
from router.connectors.sink_options import KEYS, REQUIRED, OptionReader, Options, text_of
from router.domain.limits import ID_LENGTH_MAX
from router.ledger.event_kinds import EventKind
from router.rules.diagnostics import Code, Diagnostic, Findings
from router.rules.text.budget import Budget
from router.rules.text.fields import (
    Fields,
    read_choice,
    read_fields,
    read_items,
)
from router.rules.text.load import load
from router.rules.text.tree import Mapping as MappingNode
from router.rules.text.tree import Node

SINKS_MAX = 32
NOW, BEGINNING = "now", "beginning"

COMMON_KEYS: Mapping[str, str] = {
    "kind": "`webhook`, `nats`, `file`, `mail` or `sms`",
    "events": "only these types, such as `order.routed`; all without it",
    "start": "where a new sink begins: `now` or `beginning`; `now` without it",
}

CONCURRENCY: Mapping[str, tuple[int, int]] = {
    "webhook": (64, 8),
    "nats": (256, 64),
    "file": (1, 1),
    "mail": (64, 4),
    "sms": (64, 4),
}
"""The most that a sink of each kind may have on its way, and what is usual."""


class SinksRefused(Exception):
    """The file is at fault. `lines` are its findings, each with its place."""

    def __init__(self, message: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.lines = lines


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkPlan:
    """One sink as it was asked for. `kinds` empty: all. Options print no secret."""

    name: str
    options: Options
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
        source = text_of(fields, "source", findings) or SOURCE
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
        options = OptionReader(self.source, self.environment, self.folder, self.findings)
        start = (
            read_choice(fields["start"], "`start`", (NOW, BEGINNING), self.findings)
            if "start" in fields
            else NOW
        )
        # What is on disk can be written again and again: a file gives no event up.
        attempts = 0 if kind == "file" else options.whole(fields, "attempts_max", 24, 100)
        most, usual = CONCURRENCY[kind]
        return SinkPlan(
            name=self.name,
            options=options.read(kind, fields),
            kinds=self._kinds(fields),
            from_beginning=start == BEGINNING,
            attempts_max=attempts,
            concurrency=options.whole(fields, "concurrency", usual, most),
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

    def _kinds(self, fields: Fields) -> frozenset[EventKind]:
        kinds = {
            one.name.removeprefix("router.").removesuffix(".v1"): kind for kind, one in EVENT_TYPES.items()
        }
        names = (
            read_choice(node, "an event type", tuple(kinds), self.findings)
            for node in read_items(fields.get("events"), "`events`", self.findings)
        )
        return frozenset(kinds[name] for name in names if name is not None)
