"""Terms for one cell: the slow and obvious twin of `grid.py`, used for explanations, constants and as its judge."""

from dataclasses import dataclass

from router.rules.terms import (
    FLOAT_BOUND,
    INTEGER_BOUND,
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
from router.rules.vocabulary import Fact, Facts, Scope, Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One line (of one order) at one node by one service, as positions in the batch."""

    line: int
    node: int
    service: int


def value_at(fact: Fact, facts: Facts, cell: Cell) -> Value:
    """The fact's value in a cell."""
    column = facts.columns[fact.name]
    order = int(facts.line_order[cell.line])
    place = {
        Scope.ORDER: (order,),
        Scope.LINE: (cell.line,),
        Scope.NODE: (cell.node,),
        Scope.SERVICE: (cell.service,),
        Scope.PAIR: (order, cell.node),
        Scope.LANE: (order, cell.node, cell.service),
        Scope.STOCK: (cell.line, cell.node),
    }[fact.scope]
    value = column.values[place].item()
    if column.dictionary is not None:
        return column.dictionary[int(value)]
    return bool(value) if fact.type is Type.BOOL else value


def evaluate(term: Term, facts: Facts | None, cell: Cell) -> Value:
    """The term's value in a cell. Without facts for terms that read none."""
    match term:
        case Literal():
            return term.value
        case Read():
            assert facts is not None, "a constant reads no facts"
            return value_at(term.fact, facts, cell)
        case Not():
            return not evaluate(term.operand, facts, cell)
        case Every():
            return all(evaluate(operand, facts, cell) for operand in term.operands)
        case Either():
            return any(evaluate(operand, facts, cell) for operand in term.operands)
        case Within():
            return evaluate(term.left, facts, cell) in term.values
        case StartsWith():
            return str(evaluate(term.left, facts, cell)).startswith(term.prefix)
        case ToFloat():
            return float(evaluate(term.operand, facts, cell))
        case Compare():
            return _compare(term.sign, evaluate(term.left, facts, cell), evaluate(term.right, facts, cell))
        case Arithmetic():
            return _arithmetic(term, evaluate(term.left, facts, cell), evaluate(term.right, facts, cell))
        case _:
            raise AssertionError(f"no value of {type(term).__name__}")


def constant(term: Term) -> Value:
    """The value of a term that reads no facts."""
    assert not term.facts
    return evaluate(term, None, Cell(line=0, node=0, service=0))


def _compare(sign: str, left: Value, right: Value) -> bool:
    if sign == "==":
        return left == right
    if sign == "!=":
        return left != right
    assert not isinstance(left, str), "only numbers are ordered"
    assert not isinstance(right, str), "only numbers are ordered"
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]


def _arithmetic(term: Arithmetic, left: Value, right: Value) -> Value:
    assert not isinstance(left, str), "only numbers are reckoned with"
    assert not isinstance(right, str), "only numbers are reckoned with"
    if term.type is Type.FLOAT:
        return max(-FLOAT_BOUND, min(FLOAT_BOUND, _operate(term.sign, float(left), float(right))))
    if term.sign in "+-":
        return _saturated(int(_operate(term.sign, left, right)))
    if term.sign == "/" or Type.FLOAT in (term.left.type, term.right.type):
        return _saturated(round(_operate(term.sign, float(left), float(right))))
    return _saturated(int(left) * int(right))


def _operate(sign: str, left: float, right: float) -> float:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right


def _saturated(value: int) -> int:
    return max(-INTEGER_BOUND, min(INTEGER_BOUND, value))
