"""One key of `expect` as it is read: what it may speak of, and the rules that its words mean."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from router.planning.cases.form import Pen
from router.rules.diagnostics import Code, shown
from router.rules.text.fields import head
from router.rules.text.tree import List, Mapping, Node, Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What expectations may speak of."""

    nodes: Collection[str]
    services: Collection[str]
    skus: Collection[str]
    offered: Collection[str]
    rules: Collection[str]
    near: Collection[str]
    """The rule sets that go before others: the one whose file the case stands in, or those beside the file."""

    def meant_by(self, word: str) -> list[str]:
        """The rules that a word may mean: a whole name, or an id."""
        if word in self.rules:
            return [word]
        named = sorted(name for name in self.rules if name.partition("/")[2] == word)
        return [name for name in named if name.partition("/")[0] in self.near] or named


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One key of `expect` as it is read."""

    key: str
    node: Node
    pen: Pen
    names: Names

    @property
    def place(self) -> dict[str, Any]:
        """What every expectation has."""
        return {"key": self.key, "line": head(self.node).line, "expected": as_written(self.node)}

    def known(self, known: Collection[str], noun: str) -> frozenset[str]:
        texts = self.pen.texts(self.node, f"`{self.key}`")
        return frozenset(text for text, item in texts if self.pen.is_known(text, item, known, noun))

    def rule(self, word: str, node: Node) -> str | None:
        """The one rule that is meant."""
        meant = self.names.meant_by(word)
        if len(meant) == 1:
            return meant[0]
        if meant:
            message = f"{shown(word)} may mean several rules"
            self.pen.findings.add(Code.UNKNOWN_CHOICE, head(node), message, expected=", ".join(meant))
            return None
        # The nearest id is what a planner would have written, whichever rule set it is in.
        ids = {name.partition("/")[2] for name in self.names.rules}
        self.pen.is_known(word, node, ids if "/" not in word else self.names.rules, "rule")
        return None

    def rule_names(self, node: Node) -> tuple[str, ...]:
        texts = self.pen.texts(node, f"`{self.key}`")
        return tuple(name for text, item in texts if (name := self.rule(text, item)) is not None)


def as_written(node: Node) -> str:
    """The author's own words in one line, without quotes."""
    match node:
        case Scalar():
            return node.text
        case List():
            return ", ".join(as_written(item) for item in node.items) or "none"
        case Mapping():
            return ", ".join(f"{one.key.text}: {as_part(one.value)}" for one in node.entries) or "none"


def as_part(node: Node) -> str:
    """The same inside something else: brackets say where a list or a mapping ends."""
    left, right = (
        ("[", "]") if isinstance(node, List) else ("{", "}") if isinstance(node, Mapping) else ("", "")
    )
    return f"{left}{as_written(node)}{right}"
