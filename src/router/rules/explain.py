"""Why a rule did not fire: the first part of its condition that is false in one cell, with the actual values."""

from dataclasses import dataclass

from router.rules.scalar import Cell, evaluate, value_at
from router.rules.terms import Every, Term
from router.rules.units import BASE_UNITS, money_text
from router.rules.vocabulary import Fact, Facts, Type


@dataclass(frozen=True, slots=True, kw_only=True)
class FalsePart:
    """A condition's part as written, where it stands, and the facts it read: (`order.tier`, `"GOLD"`)."""

    text: str
    position: str
    actual: tuple[tuple[str, str], ...]


def explain_condition(condition: Term, facts: Facts, cell: Cell, currency: str) -> FalsePart | None:
    """The first operand of the outermost `&&` that is false in the cell; None if the condition holds."""
    for part in condition.operands if isinstance(condition, Every) else (condition,):
        if not evaluate(part, facts, cell):
            read = sorted(part.facts, key=lambda fact: fact.name)
            actual = tuple((fact.name, _shown(fact, facts, cell, currency)) for fact in read)
            return FalsePart(text=part.span.text, position=part.span.position, actual=actual)
    return None


def _shown(fact: Fact, facts: Facts, cell: Cell, currency: str) -> str:
    """The value as a planner would write it."""
    value = value_at(fact, facts, cell)
    if fact.type is Type.STRING:
        return f'"{value}"'
    if fact.type is Type.BOOL:
        return "true" if value else "false"
    if fact.type is Type.MONEY:
        return money_text(int(value), currency)
    return f"{BASE_UNITS[fact.type]}({value})" if fact.type in BASE_UNITS else str(value)
