"""Bytes to a YAML tree with positions. Everything odd in a file becomes a finding, never an exception.

The tree is built from the parser's events, one at a time: nesting is bounded before anything recurses (the C composer
overflows its stack on deep input, and its scanner is quadratic in the depth of brackets).
"""

import re
from dataclasses import dataclass, field

import yaml

from router.domain.limits import RULE_FILE_BYTES_MAX
from router.rules.diagnostics import Code, Findings, Source, Span, shown
from router.rules.text.budget import Budget
from router.rules.text.tree import Entry, Kind, List, Mapping, Node, Scalar, kind_of_plain

DEPTH_MAX = 12

QUOTE_HINT = (
    "write an expression in quotes if it starts with `!` or a quote, contains `: ` or ` #`, "
    "or stands inside `{...}` and contains `,` `[` `]` `{` or `}`"
)
COLUMN_HINT = "all keys of a rule begin in one column, the first of them behind `- `; or "
NO_NEXT_ENTRY = "did not find expected '-' indicator"
_REFUSED_CHARACTERS = (
    (re.compile("\t"), "a tab; indent with blanks"),
    (
        re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)"),
        "a character that does not print",
    ),
)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; a mapping's children are keys and values in turn."""

    start: int
    is_mapping: bool
    children: list[Node] = field(default_factory=list)


def load(name: str, content: bytes, budget: Budget, findings: Findings) -> Mapping | None:
    """The file's one mapping, or None after reporting why there is none."""
    source = _readable_source(name, content, findings)
    if source is None:
        return None
    try:
        root = _Builder(source, budget, findings).build()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = mark.index if mark is not None else 0
        problem = getattr(error, "problem", None) or "it cannot be read"
        hint = COLUMN_HINT + QUOTE_HINT if problem == NO_NEXT_ENTRY else QUOTE_HINT
        findings.add(Code.SYNTAX, Span(source, place, place + 1), f"not valid YAML: {problem}", help=hint)
        return None
    if root is None:
        return None
    if not isinstance(root, Mapping):
        findings.add(Code.WRONG_KIND, root.span, "the file is no mapping", expected="lines of `name: value`")
        return None
    return root


def _readable_source(name: str, content: bytes, findings: Findings) -> Source | None:
    """The text, if it is UTF-8 of bearable size without tabs and control characters."""
    if len(content) > RULE_FILE_BYTES_MAX:
        nowhere = Span(Source(name, ""), 0, 1)
        findings.add(
            Code.TOO_LARGE, nowhere, f"{len(content)} bytes; the file may have {RULE_FILE_BYTES_MAX} at most"
        )
        return None
    try:
        source = Source(name, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = Source(name, content[: error.start].decode("utf-8-sig"))
        findings.add(Code.SYNTAX, Span(before, len(before.text), len(before.text) + 1), "not UTF-8 text")
        return None
    sound = True
    for pattern, message in _REFUSED_CHARACTERS:
        if (match := pattern.search(source.text)) is not None:
            findings.add(Code.SYNTAX, Span(source, match.start(), match.end()), message)
            sound = False
    return source if sound else None


class _Builder:
    """Turns the events of one document into nodes."""

    def __init__(self, source: Source, budget: Budget, findings: Findings) -> None:
        self.source = source
        self.budget = budget
        self.findings = findings
        self.open: list[_Open] = []
        self.root: Node | None = None

    def build(self) -> Node | None:
        documents = 0
        for event in yaml.parse(self.source.text, Loader=yaml.CSafeLoader):
            start, end = _extent(event)
            span = Span(self.source, start, max(end, start + 1))
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1 or event.version or event.tags:
                    self.refuse(span, "one document to a file, without directives")
                    return None
            elif isinstance(event, yaml.NodeEvent):
                if not self.budget.spend_node():
                    self.findings.add(Code.TOO_LARGE, span, "the rule files have too many values together")
                    return None
                if len(self.open) >= DEPTH_MAX:
                    self.findings.add(Code.TOO_LARGE, span, f"nested deeper than {DEPTH_MAX} levels")
                    return None
                self.begin(event, span)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.close(end)
        if self.root is None:
            self.refuse(Span(self.source, 0, 1), "the file is empty")
        return self.root

    def begin(self, event: yaml.NodeEvent, span: Span) -> None:
        sound = self.is_plain_yaml(event, span)
        if isinstance(event, yaml.CollectionStartEvent):
            self.open.append(_Open(span.start, isinstance(event, yaml.MappingStartEvent)))
        elif isinstance(event, yaml.ScalarEvent) and sound:
            self.place(self.scalar(event, span))
        else:
            self.place(Scalar("", Kind.BROKEN, span))

    def is_plain_yaml(self, event: yaml.NodeEvent, span: Span) -> bool:
        if isinstance(event, yaml.AliasEvent):
            self.refuse(span, f"an alias `*{event.anchor}`; write the value out")
            return False
        if event.anchor is not None:
            self.refuse(span, f"an anchor `&{event.anchor}`; write the value out where it is used")
            return False
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.refuse(
                span,
                f"a YAML tag {shown(tag)}",
                help='an expression that starts with `!` needs quotes: "!..."',
            )
            return False
        return True

    def scalar(self, event: yaml.ScalarEvent, span: Span) -> Scalar:
        if not event.implicit[0]:
            return Scalar(event.value, Kind.TEXT, span)
        kind = kind_of_plain(event.value)
        if kind is Kind.BROKEN:
            self.findings.add(
                Code.NEEDS_QUOTES, span, f"{shown(event.value)} means different things to different readers of YAML",
                help=f'write text in quotes: "{event.value}"; numbers as 12 or 0.5; truth as true or false',
            )  # fmt: skip
        return Scalar(event.value, kind, span)

    def close(self, end: int) -> None:
        done = self.open.pop()
        span = Span(self.source, done.start, max(end, done.start + 1))
        if done.is_mapping:
            self.place(Mapping(self.entries(done.children), span))
        else:
            self.place(List(tuple(done.children), span))

    def entries(self, children: list[Node]) -> tuple[Entry, ...]:
        """Keys and values paired, each key once and a word."""
        first: dict[str, Scalar] = {}
        entries = []
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.refuse(key.span, "a key must be a word")
            elif key.kind is Kind.BROKEN:
                continue
            elif key.text in first:
                self.findings.add(
                    Code.DUPLICATE_KEY,
                    key.span,
                    f"{shown(key.text)} stands twice; first in line {first[key.text].span.line}",
                )
            else:
                first[key.text] = key
                entries.append(Entry(key, value))
        return tuple(entries)

    def place(self, node: Node) -> None:
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node

    def refuse(self, span: Span, message: str, help: str = "") -> None:
        self.findings.add(Code.SYNTAX, span, message, help=help)


def _extent(event: yaml.Event) -> tuple[int, int]:
    assert event.start_mark is not None, "parsed events know their place"
    assert event.end_mark is not None, "parsed events know their place"
    return event.start_mark.index, event.end_mark.index
