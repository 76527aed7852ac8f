"""Syntax to terms: every name known, every type right, every fact within reach. All faults are found, not the first."""

# mypy: disable-error-code="func-returns-value"
# `return self.refuse(...)` reads as what it does: report, and give nothing.

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from router.rules.diagnostics import Code, Findings, Span, shown
from router.rules.literals import arithmetic_type, literal_of, number_of, unit_hint
from router.rules.syntax import Binary, Call, Choices, Constant, Logic, Path, Syntax, Unary
from router.rules.terms import (
    INTEGER_BOUND,
    NUMBERS,
    Arithmetic,
    Compare,
    Either,
    Every,
    Literal,
    Not,
    Read,
    StartsWith,
    Term,
    ToFloat,
    Value,
    Within,
)
from router.rules.units import AMOUNT_MILLI_MAX, BASE_UNITS, CURRENCY_DECIMALS, UNITS, milli_per_unit, whole
from router.rules.vocabulary import FACTS, Scope, Type

SCOPE_WORDS: Mapping[Scope, str] = {
    Scope.ORDER: "orders", Scope.LINE: "lines", Scope.NODE: "nodes", Scope.SERVICE: "services",
    Scope.PAIR: "an order and a node", Scope.LANE: "an order, a node and a service", Scope.STOCK: "a line and a node",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which facts exist where an expression is read."""

    what: str
    scopes: frozenset[Scope]
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checker:
    """Turns syntax into terms within the reach of one block. A result of None has been reported."""

    findings: Findings
    reach: Reach
    currency: str
    lists: Mapping[str, frozenset[Value]]

    def check(self, tree: Syntax) -> Term | None:
        match tree:
            case Constant():
                return literal_of(tree)
            case Path():
                return self.read(tree)
            case Call():
                return self.call(tree)
            case Choices():
                return self.refuse(Code.TYPE, tree.span, "a list stands only right of `in`")
            case Unary():
                return self.unary(tree)
            case Logic():
                return self.logic(tree)
            case Binary(sign="in"):
                return self.within(tree)
            case Binary(sign="+" | "-" | "*" | "/"):
                return self.arithmetic(tree)
            case Binary():
                return self.compare(tree)

    def refuse(
        self, code: Code, span: Span, message: str, help: str = "", *,
        expected: str = "", word: str = "", known: Collection[str] = (),
    ) -> None:  # fmt: skip
        self.findings.add(code, span, message, help=help, expected=expected, word=word, known=known)

    def expect(self, tree: Syntax, type_: Type) -> Term | None:
        """The term, if it has this type."""
        term = self.check(tree)
        if term is not None and term.type is not type_:
            message = f"{shown(term.span.text)} is {term.type}, not {type_}"
            return self.refuse(
                Code.TYPE, term.span, message, expected=type_, help=unit_hint(type_, term, self.currency)
            )
        return term

    def read(self, path: Path) -> Term | None:
        fact = FACTS.get(path.text)
        if fact is None:
            return self.unknown_fact(path)
        if fact.scope not in self.reach.scopes:
            readable = ", ".join(
                sorted({f.name.partition(".")[0] for f in FACTS.values() if f.scope in self.reach.scopes})
            )
            return self.refuse(
                Code.FACT_OUT_OF_REACH, path.span,
                f"`{fact.name}` is a fact of {SCOPE_WORDS[fact.scope]}; {self.reach.what} cannot read it",
                expected=f"facts of {readable}" if readable else "an amount without facts", help=self.reach.help,
            )  # fmt: skip
        return Read(type=fact.type, span=path.span, fact=fact)

    def unknown_fact(self, path: Path) -> None:
        group = path.text.rpartition(".")[0]
        if group == "lists":
            return self.refuse(Code.UNKNOWN_LIST, path.span, f"{shown(path.text)} stands only right of `in`")
        members = [fact.removeprefix(group + ".") for fact in sorted(FACTS) if fact.startswith(group + ".")]
        groups = sorted({fact.partition(".")[0] for fact in FACTS})
        help = (
            f"facts of `{group}` are: {', '.join(members)}"
            if members
            else f"facts begin with: {', '.join(groups)}"
        )
        message = f"unknown fact {shown(path.text)}"
        return self.refuse(Code.UNKNOWN_FACT, path.span, message, help, word=path.text, known=FACTS)

    def unary(self, tree: Unary) -> Term | None:
        if tree.sign == "!":
            operand = self.expect(tree.operand, Type.BOOL)
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
        operands = [self.expect(operand, Type.BOOL) for operand in tree.operands]
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
        if tree.sign not in ("==", "!=") and left.type not in NUMBERS:
            return self.refuse(
                Code.TYPE, tree.span, f"`{tree.sign}` is not defined for {left.type}", "use == or !="
            )
        return Compare(type=Type.BOOL, span=tree.span, sign=tree.sign, left=left, right=right)

    def within(self, tree: Binary) -> Term | None:
        left = self.check(tree.left)
        if isinstance(tree.right, Choices):
            values = self.choices(tree.right, left)
        elif isinstance(tree.right, Path) and tree.right.text.startswith("lists."):
            values = self.named_list(tree.right, left)
        else:
            return self.refuse(
                Code.TYPE, tree.right.span, "`in` needs a list", expected='`["a", "b"]` or `lists.name`'
            )
        if left is None or values is None:
            return None
        return Within(type=Type.BOOL, span=tree.span, left=left, values=values)

    def choices(self, tree: Choices, left: Term | None) -> frozenset[Value] | None:
        terms = [self.check(item) for item in tree.items]
        if not terms:
            return self.refuse(Code.BAD_VALUE, tree.span, "an empty list: nothing is ever in it")
        if left is None or any(term is None for term in terms):
            return None
        values: set[Value] = set()
        for term in terms:
            if not isinstance(term, Literal):
                return self.refuse(Code.TYPE, tree.span, "lists hold literals only")
            if term.type is not left.type:
                message = (
                    f"{shown(term.span.text)} is {term.type}, but {shown(left.span.text)} is {left.type}"
                )
                return self.refuse(Code.TYPE, term.span, message, unit_hint(left.type, term, self.currency))
            values.add(term.value)
        return frozenset(values)

    def named_list(self, path: Path, left: Term | None) -> frozenset[Value] | None:
        name = path.text.removeprefix("lists.")
        if name not in self.lists:
            known = [f"lists.{known}" for known in self.lists]
            return self.refuse(
                Code.UNKNOWN_LIST, path.span, f"unknown list {shown(name)}", word=path.text, known=known
            )
        if left is not None and left.type is not Type.STRING:
            return self.refuse(
                Code.TYPE, left.span, f"`{path.text}` holds strings; {shown(left.span.text)} is {left.type}"
            )
        return self.lists[name]

    def arithmetic(self, tree: Binary) -> Term | None:
        left, right = self.check(tree.left), self.check(tree.right)
        if left is None or right is None:
            return None
        type_ = arithmetic_type(tree.sign, left.type, right.type)
        if type_ is None:
            message = f"`{tree.sign}` does not apply to {left.type} and {right.type}"
            help = unit_hint(left.type, right, self.currency) or unit_hint(right.type, left, self.currency)
            if tree.sign == "/" and left.type is Type.INT:
                help = "write `float(x) / 4.0`; whole numbers are not divided"
            return self.refuse(Code.TYPE, tree.span, message, help)
        if tree.sign == "/" and not (isinstance(right, Literal) and right.value != 0):
            return self.refuse(Code.DIVISION, right.span, "the divisor must be a literal other than zero")
        return Arithmetic(type=type_, span=tree.span, sign=tree.sign, left=left, right=right)

    def call(self, tree: Call) -> Term | None:
        if tree.receiver is not None:
            return self.method(tree, tree.receiver)
        if tree.name == "float":
            return self.to_float(tree)
        if tree.name in UNITS:
            type_, scale = UNITS[tree.name]
            return self.quantity(tree, type_, scale, INTEGER_BOUND, f"a whole number of {BASE_UNITS[type_]}")
        if tree.name.upper() in CURRENCY_DECIMALS and tree.name.islower():
            return self.money(tree)
        known = (*UNITS, "float", self.currency.lower())
        message, help = f"unknown function {shown(tree.name)}", f"functions are: {', '.join(known)}"
        return self.refuse(Code.EXPRESSION_SYNTAX, tree.span, message, help, word=tree.name, known=known)

    def method(self, tree: Call, receiver: Path) -> Term | None:
        if tree.name != "startsWith":
            message = f"unknown method {shown(tree.name)}"
            return self.refuse(
                Code.EXPRESSION_SYNTAX, tree.span, message, word=tree.name, known=("startsWith",)
            )
        left = self.read(receiver)
        match tree.arguments:
            case (Constant(value=str() as prefix),) if prefix:
                pass
            case _:
                return self.refuse(
                    Code.TYPE, tree.span, "`startsWith` takes one string", expected='`x.startsWith("abc")`'
                )
        if left is not None and left.type is not Type.STRING:
            return self.refuse(
                Code.TYPE, left.span, f"`startsWith` is of strings; `{receiver.text}` is {left.type}"
            )
        return left and StartsWith(type=Type.BOOL, span=tree.span, left=left, prefix=prefix)

    def to_float(self, tree: Call) -> Term | None:
        if len(tree.arguments) != 1:
            return self.refuse(
                Code.TYPE, tree.span, "`float` takes one int", expected="`float(line.quantity)`"
            )
        operand = self.expect(tree.arguments[0], Type.INT)
        return operand and ToFloat(type=Type.FLOAT, span=tree.span, operand=operand)

    def money(self, tree: Call) -> Term | None:
        if not self.currency:
            return self.refuse(Code.CURRENCY, tree.span, "an amount without the rule set's `currency`")
        if tree.name.upper() != self.currency:
            message = f"`{tree.name}(...)` in a rule set whose currency is {self.currency}"
            return self.refuse(Code.CURRENCY, tree.span, message, f"write `{self.currency.lower()}(...)`")
        scale = milli_per_unit(self.currency)
        return self.quantity(
            tree, Type.MONEY, scale, AMOUNT_MILLI_MAX, "at most three decimals of the minor unit"
        )

    def quantity(self, tree: Call, type_: Type, scale: int, bound: int, precision: str) -> Term | None:
        number = number_of(tree.arguments[0]) if len(tree.arguments) == 1 else None
        if number is None:
            return self.refuse(
                Code.TYPE, tree.span, f"`{tree.name}` takes one number", expected=f"`{tree.name}(2)`"
            )
        value = whole(number, scale)
        if value is None:
            return self.refuse(
                Code.BAD_VALUE, tree.span, f"{shown(tree.span.text)} is too fine", expected=precision
            )
        if abs(value) > bound:
            return self.refuse(Code.BAD_VALUE, tree.span, f"{shown(tree.span.text)} is too large")
        return Literal(type=type_, span=tree.span, value=value)
