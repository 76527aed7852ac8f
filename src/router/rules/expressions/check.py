"""Syntax to terms: every name known, every type right, every fact within reach. All faults are found, not the first."""

# mypy: disable-error-code="func-returns-value"
# `return self.refuse(...)` reads as what it does: report, and give nothing.

from router.rules.diagnostics import Code, shown
from router.rules.expressions.calls import call
from router.rules.expressions.checking import Checking
from router.rules.expressions.literals import literal_of, unit_hint
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
    Term,
)
from router.rules.expressions.words import may_be, within
from router.rules.vocabulary import Type


class Checker(Checking):
    """Turns syntax into terms within the reach of one block. A result of None has been reported."""

    __slots__ = ()

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
