"""Where things stand in rule files that compiled rules no longer know: ids, keys of rules, lists."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from router.rules.blocks.drafts import DEFAULT
from router.rules.blocks.effects import Block, RuleSet
from router.rules.diagnostics import Findings, Source, Span
from router.rules.text.budget import Budget
from router.rules.text.load import load
from router.rules.text.tree import Entry, List, Node, Scalar
from router.rules.text.tree import Mapping as MappingNode


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where a list's name stands, and its items."""

    span: Span
    items: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """One file: where each rule has its keys, by the rule's name without that of its set, and where its lists are.

    A key's place is its value if that is a scalar, else the key itself; every rule has an `id`. The words of a list
    have places of their own, `offer.RED-CLOCK`.
    """

    source: Source
    keys: Mapping[str, Mapping[str, Span]] = field(default_factory=dict)
    header: Mapping[str, Span] = field(default_factory=dict)
    lists: Mapping[str, ListPlace] = field(default_factory=dict)


def outlines_of(sets: Iterable[RuleSet]) -> dict[str, Outline]:
    """The outline of each rule set's file, by its name."""
    sources = {one.applies.span.source.name: one.applies.span.source for one in sets}
    return {name: _outline(source) for name, source in sources.items()}


def _outline(source: Source) -> Outline:
    root = load(source.name, source.text.encode(), Budget(), Findings())
    assert root is not None, "the file has been compiled"
    header = {entry.key.text: entry.key.span for entry in root.entries}
    rules = [
        (entry.key.text, rule)
        for entry in root.entries
        if entry.key.text in tuple(Block)
        for rule in _items(entry.value)
    ]
    lists = next((entry.value for entry in root.entries if entry.key.text == "lists"), None)
    return Outline(
        source=source,
        keys={_name(block, rule): dict(_spans(rule)) for block, rule in rules},
        header=header,
        lists={} if lists is None else {entry.key.text: _list(entry) for entry in _entries(lists)},
    )


def _list(entry: Entry) -> ListPlace:
    return ListPlace(entry.key.span, tuple(item for item in _items(entry.value) if isinstance(item, Scalar)))


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, List) else ()


def _name(block: str, rule: Node) -> str:
    """The last part of the rule's name: its id, led by the block where that is `default`."""
    ids = [
        entry.value.text
        for entry in _entries(rule)
        if entry.key.text == "id" and isinstance(entry.value, Scalar)
    ]
    return f"{block}.{ids[0]}" if ids[0] == DEFAULT else ids[0]


def _entries(node: Node) -> tuple[Entry, ...]:
    return node.entries if isinstance(node, MappingNode) else ()


def _spans(rule: Node) -> Iterator[tuple[str, Span]]:
    for entry in _entries(rule):
        yield entry.key.text, entry.value.span if isinstance(entry.value, Scalar) else entry.key.span
        for item in _items(entry.value):
            if isinstance(item, Scalar):
                yield f"{entry.key.text}.{item.text}", item.span
