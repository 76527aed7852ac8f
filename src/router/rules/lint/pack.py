"""What a check is given: the rules of a pack, a prover for questions about them, and what is known beside the files."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from router.domain.identifiers import Instant
from router.rules.blocks.effects import Block
from router.rules.diagnostics import Code, Diagnostic, Span
from router.rules.expressions.terms import Value
from router.rules.lint.outline import Outline
from router.rules.lint.prover import Prover
from router.rules.lint.subjects import Subject
from router.rules.ruleset import CompiledRules


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What production showed of a pack: `orders` decided within `days`, and how many of them each rule decided.

    `gain_minor` is what breaking a softened fence usually saves; `words` counts the orders of which a fact was a word,
    by both, for the facts and words that lists ask for.
    """

    days: int
    orders: int
    fired: Mapping[str, int]
    gain_minor: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[tuple[str, str], int] = field(default_factory=dict)


Offer = Mapping[str, Value]
"""One service at one node of a network: its `node.*` and `service.*` facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Rules under examination. Without `at` nothing is expired; with `offers` no other nodes and services exist.

    `dead` are the rules of first-match blocks that are never reached, each with those that decide all of its cases.
    `products` are those that exist of the offered ones; None: nobody said.
    """

    rules: CompiledRules
    subjects: tuple[Subject, ...]
    outlines: Mapping[str, Outline]
    prover: Prover
    dead: Mapping[Subject, Sequence[Subject]]
    at: Instant | None
    offers: Sequence[Offer]
    history: History | None
    products: Container[str] | None

    @property
    def currency(self) -> str:
        return self.rules.currency or ""

    def of(self, *blocks: Block) -> list[Subject]:
        """The rules of these blocks, in the order of reading."""
        return [one for one in self.subjects if one.rule.block in blocks]


Check = Callable[[Pack], Iterator[Diagnostic]]


def finding(
    code: Code, span: Span, message: str, *, help: str = "", expected: str = "", witness: str = ""
) -> Diagnostic:
    """One finding; its caret underlines the span as far as it stands on its first line."""
    line_end = span.source.text.find("\n", span.start)
    end = min(span.end, line_end if line_end >= 0 else len(span.source.text))
    return Diagnostic(
        code=code, severity=code.severity, file=span.source.name, line=span.line, column=span.column,
        length=max(1, end - span.start), message=message, help=help, expected=expected, witness=witness,
    )  # fmt: skip


def listed(subjects: Sequence[Subject], most: int = 4) -> str:
    """Rules by name as a sentence lists them: `a`, `b` and 3 more."""
    names = [str(one) for one in subjects]
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
