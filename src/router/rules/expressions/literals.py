"""Literals and the types of arithmetic: what a number means with its unit, which operations exist."""

from decimal import Decimal

from router.rules.expressions.syntax import Constant, Syntax, Unary
from router.rules.expressions.terms import NUMBERS, QUANTITIES, Literal, Term
from router.rules.expressions.units import UNITS
from router.rules.vocabulary import Type


def literal_of(constant: Constant) -> Literal:
    """The term of a bare literal."""
    match constant.value:
        case bool():
            return Literal(type=Type.BOOL, span=constant.span, value=constant.value)
        case int():
            return Literal(type=Type.INT, span=constant.span, value=constant.value)
        case Decimal():
            return Literal(type=Type.FLOAT, span=constant.span, value=float(constant.value))
        case str():
            return Literal(type=Type.STRING, span=constant.span, value=constant.value)


def number_of(tree: Syntax) -> Decimal | None:
    """The value of a number literal, with or without a sign."""
    match tree:
        case Constant(value=bool() | str()):
            return None
        case Constant(value=int() | Decimal() as value):
            return Decimal(value)
        case Unary(sign="-", operand=Constant() as operand):
            number = number_of(operand)
            return None if number is None else -number
        case _:
            return None


def arithmetic_type(sign: str, left: Type, right: Type) -> Type | None:
    """The type of `left sign right`; None where the operation does not exist."""
    plain = (Type.INT, Type.FLOAT)
    same = left is right
    if sign in "+-":
        return left if same and left in NUMBERS else None
    if sign == "*":
        if same and left in plain:
            return left
        if left in QUANTITIES and right in plain:
            return left
        return right if right in QUANTITIES and left in plain else None
    if same and (left in QUANTITIES or left is Type.FLOAT):
        return Type.FLOAT
    return left if left in QUANTITIES and right in plain else None


def unit_hint(wanted: Type, term: Term, currency: str) -> str:
    """How a bare number would be written in the wanted type, if that is the likely slip."""
    if not isinstance(term, Literal) or term.type not in (Type.INT, Type.FLOAT):
        return ""
    if wanted is Type.MONEY and currency:
        return f"write `{currency.lower()}({term.span.text})`"
    units = [f"`{name}({term.span.text})`" for name, (type_, _) in UNITS.items() if type_ is wanted]
    if units:
        return f"write {' or '.join(reversed(units))}"
    return f"write `{term.span.text}.0`" if wanted is Type.FLOAT else ""
