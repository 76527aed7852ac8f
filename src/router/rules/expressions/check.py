"""Syntax to terms: every name known, every type right, every fact within reach. All faults are found, not the first."""

# mypy: disable-error-code="func-returns-value"
# `return self.refuse(...)` reads as what it does: report, and give nothing.

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from router.rules.diagnostics import Code, Findings, Span, shown
from router.rules.expressions.calendar import in_zone
from router.rules.expressions.calls import call
from router.rules.expressions.literals import arithmetic_type, literal_of, unit_hint
from router.rules.expressions.shipment_parts import misplaced_shipment_part
from router.rules.expressions.syntax import Binary, Call, Choices, Constant, Logic, Path, Syntax, Unary
from router.rules.expressions.terms import (
    NUMBERS,
    ORDERED,
    Arithmetic,
    Compare,
    Either,
    Every,
    Literal,
    Not,
    Read,
    Term,
    Value,
)
from router.rules.expressions.words import may_be, within
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
class Checker:
    """Turns syntax into terms within the reach of one block. A result of None has been reported.

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

    def expect(self, tree: Syntax, type_: Type) -> Term | None:
        """The term of a whole expression, if it has this type and its facts of shipments stand apart."""
        term = self.typed(tree, type_)
        if term is None or not term.of_shipments:
            return term
        part = misplaced_shipment_part(term)
        if part is None:
            return term
        return self.refuse(
            Code.FACT_OUT_OF_REACH, part.span,
            "facts of a shipment are only compared with constants, as parts of the outermost `&&`",
            expected="such as `shipment.weight > kg(30)`, `shipment.has_hazmat`, `!shipment.has_cold`",
            help="lines are grouped into shipments only after the rules are read; write two rules instead of `||`",
        )  # fmt: skip

    def typed(self, tree: Syntax, type_: Type) -> Term | None:
        """The term, if it has this type."""
        term = self.check(tree)
        if term is not None and term.type is not type_:
            message = f"{shown(term.span.text)} is {term.type}, not {type_}"
            return self.refuse(
                Code.TYPE, term.span, message, expected=type_, help=unit_hint(type_, term, self.currency)
            )
        return term

    def check(self, tree: Syntax) -> Term | None:
        match tree:
            case Constant():
                return literal_of(tree)
            case Path():
                return self.read(tree)
            case Call():
                return call(self, tree)
            case Choices():
                return self.refuse(Code.TYPE, tree.span, "a list stands only right of `in`")
            case Unary():
                return self.unary(tree)
            case Logic():
                return self.logic(tree)
            case Binary(sign="in"):
                return within(self, tree)
            case Binary(sign="+" | "-" | "*" | "/"):
                return self.arithmetic(tree)
            case Binary():
                return self.compare(tree)

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
        return self.refuse(Code.UNKNOWN_FACT, path.span, message, help, word=path.text, known=names)

    def unary(self, tree: Unary) -> Term | None:
        if tree.sign == "!":
            operand = self.typed(tree.operand, Type.BOOL)
            return operand and Not(type=Type.BOOL, span=tree.span, operand=operand)
        operand = self.check(tree.operand)
        if operand is None:
            return None
        if operand.type not in NUMBERS:
            return self.refuse(
                Code.TYPE, tree.span, f"`-` needs a number; {shown(operand.span.text)} is {operand.type}"
            )
        if isinstance(operand, Literal):
            return Literal(type=operand.type, span=tree.span, value=-operand.value)  # type: ignore[operator]
        zero = Literal(type=operand.type, span=tree.span, value=0.0 if operand.type is Type.FLOAT else 0)
        return Arithmetic(type=operand.type, span=tree.span, sign="-", left=zero, right=operand)

    def logic(self, tree: Logic) -> Term | None:
        operands = [self.typed(operand, Type.BOOL) for operand in tree.operands]
        sound = tuple(operand for operand in operands if operand is not None)
        if len(sound) < len(operands):
            return None
        make = Every if tree.sign == "&&" else Either
        return make(type=Type.BOOL, span=tree.span, operands=sound)

    def compare(self, tree: Binary) -> Term | None:
        left, right = self.check(tree.left), self.check(tree.right)
        if left is None or right is None:
            return None
        if left.type is not right.type:
            message = f"`{tree.sign}` compares {left.type} with {right.type}"
            help = unit_hint(left.type, right, self.currency) or unit_hint(right.type, left, self.currency)
            return self.refuse(Code.TYPE, tree.span, message, help)
        if tree.sign not in ("==", "!=") and left.type not in ORDERED:
            return self.refuse(
                Code.TYPE, tree.span, f"`{tree.sign}` is not defined for {left.type}", "use == or !="
            )
        if not (may_be(self, left, right) and may_be(self, right, left)):
            return None
        return Compare(type=Type.BOOL, span=tree.span, sign=tree.sign, left=left, right=right)

    def arithmetic(self, tree: Binary) -> Term | None:
        left, right = self.check(tree.left), self.check(tree.right)
        if left is None or right is None:
            return None
        type_ = self.result_type(tree.sign, left, right, tree.span)
        if type_ is None:
            return None
        if tree.sign == "/" and not (isinstance(right, Literal) and right.value != 0):
            return self.refuse(
                Code.DIVISION, right.span, "the divisor must be a literal other than zero",
                "or say what counts where it is zero: `div(a, b, 0.0)`",
            )  # fmt: skip
        return Arithmetic(type=type_, span=tree.span, sign=tree.sign, left=left, right=right)

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
