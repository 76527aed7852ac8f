"""What every part of an expression is checked with: facts within reach, refusals, and the terms of its own parts."""

# mypy: disable-error-code="func-returns-value"
# `return self.refuse(...)` reads as what it does: report, and give nothing.

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from router.rules.diagnostics import Code, Findings, Span, shown
from router.rules.expressions.calendar import in_zone
from router.rules.expressions.literals import arithmetic_type, unit_hint
from router.rules.expressions.syntax import Path, Syntax
from router.rules.expressions.terms import Read, Term, Value
from router.rules.vocabulary import ATTRIBUTE_SCOPES, FACTS, Fact, Scope, Type

SCOPE_WORDS: Mapping[Scope, str] = {
    Scope.ORDER: "orders", Scope.LINE: "lines", Scope.NODE: "nodes", Scope.SERVICE: "services",
    Scope.PAIR: "an order and a node", Scope.LANE: "an order, a node and a service", Scope.STOCK: "a line and a node",
    Scope.SHIPMENT: "shipments", Scope.TIME: "the time of the decision",
}  # fmt: skip

_EMPTY: Mapping[Type, str] = {
    Type.STRING: '""',
    Type.BOOL: "false",
    Type.INT: "0",
    Type.FLOAT: "0.0",
    Type.DAYS: "days(0)",
}
"""What to read an absent optional fact as, by type: the likely wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which facts exist where an expression is read."""

    what: str
    scopes: frozenset[Scope]
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking(ABC):
    """The reach of one block, and what is declared for it. A result of None has been reported.

    `attributes` are the declared facts of the company's own by name; `zone` is the rule set's time zone, empty if it
    has none. `over_lines` is True inside an aggregate.
    """

    findings: Findings
    reach: Reach
    currency: str
    lists: Mapping[str, frozenset[Value]]
    attributes: Mapping[str, Fact] = field(default_factory=dict)
    zone: str = ""
    over_lines: bool = False

    @abstractmethod
    def check(self, tree: Syntax) -> Term | None:
        """The term of a part."""

    def typed(self, tree: Syntax, type_: Type) -> Term | None:
        """The term, if it has this type."""
        term = self.check(tree)
        if term is not None and term.type is not type_:
            message = f"{shown(term.span.text)} is {term.type}, not {type_}"
            return self.refuse(
                Code.TYPE, term.span, message, expected=type_, help=unit_hint(type_, term, self.currency)
            )
        return term

    def refuse(
        self, code: Code, span: Span, message: str, help: str = "", *,
        expected: str = "", word: str = "", known: Collection[str] = (),
    ) -> None:  # fmt: skip
        self.findings.add(code, span, message, help=help, expected=expected, word=word, known=known)

    def read(self, path: Path) -> Term | None:
        fact = self.fact(path)
        if fact is None:
            return None
        if fact.optional:
            guarded = f"`default({fact.name}, {_EMPTY.get(fact.type, '...')})`"
            return self.refuse(
                Code.UNGUARDED_OPTIONAL, path.span, f"`{fact.name}` may have no value",
                f"write {guarded} to say what counts then, or ask with `has({fact.name})`",
            )  # fmt: skip
        return Read(type=fact.type, span=path.span, fact=fact)

    def fact(self, path: Path) -> Fact | None:
        """The fact of that name, if it is within reach."""
        fact = FACTS.get(path.text) or self.attributes.get(path.text)
        if fact is None:
            return self.unknown_fact(path)
        if fact.scope not in self.reach.scopes:
            facts = (*FACTS.values(), *self.attributes.values())
            readable = sorted({f.name.partition(".")[0] for f in facts if f.scope in self.reach.scopes})
            return self.refuse(
                Code.FACT_OUT_OF_REACH, path.span,
                f"`{fact.name}` is a fact of {SCOPE_WORDS[fact.scope]}; {self.reach.what} cannot read it",
                expected=f"facts of {', '.join(readable)}" if readable else "an amount without facts",
                help=self.reach.help,
            )  # fmt: skip
        if fact.scope is not Scope.TIME:
            return fact
        if not self.zone:
            return self.refuse(
                Code.MISSING_KEY, path.span, f"`{fact.name}` needs the rule set's `timezone`",
                "timezone: America/New_York",
            )  # fmt: skip
        return in_zone(fact, self.zone)

    def unknown_fact(self, path: Path) -> None:
        group, _, last = path.text.rpartition(".")
        message = f"unknown fact {shown(path.text)}"
        if group == "lists":
            return self.refuse(
                Code.UNKNOWN_LIST, path.span, f"{shown(path.text)} stands only right of `in` or in `size`"
            )
        if group + "." in ATTRIBUTE_SCOPES:
            help = f"declare it under `attributes` in the header: attributes: {{{group}.{last}: string}}"
            return self.refuse(
                Code.UNKNOWN_FACT, path.span, message, help, word=path.text, known=self.attributes
            )
        names = (*FACTS, *self.attributes)
        members = [name.removeprefix(group + ".") for name in sorted(names) if name.startswith(group + ".")]
        groups = sorted({name.partition(".")[0] for name in names})
        help = (
            f"facts of `{group}` are: {', '.join(members)}"
            if members
            else f"facts begin with: {', '.join(groups)}"
        )
        if not group:
            help += f'; text stands in quotes: "{last}"'
        return self.refuse(Code.UNKNOWN_FACT, path.span, message, help, word=path.text, known=names)

    def result_type(self, sign: str, left: Term, right: Term, span: Span) -> Type | None:
        """The type of an operation; reports one that does not exist."""
        type_ = arithmetic_type(sign, left.type, right.type)
        if type_ is None:
            message = f"`{sign}` does not apply to {left.type} and {right.type}"
            help = unit_hint(left.type, right, self.currency) or unit_hint(right.type, left, self.currency)
            if sign == "/" and left.type is Type.INT:
                help = "write `float(x) / 4.0`; whole numbers are not divided"
            return self.refuse(Code.TYPE, span, message, help)
        return type_
