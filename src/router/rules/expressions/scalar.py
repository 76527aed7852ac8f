"""Terms for one cell: the slow and obvious twin of `forms.py`, used for explanations, constants and as its judge."""

from dataclasses import dataclass, replace

from router.rules.expressions.terms import (
    FLOAT_BOUND,
    INTEGER_BOUND,
    Arithmetic,
    Compare,
    Default,
    Divide,
    Either,
    Every,
    Fold,
    FoldKind,
    Has,
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


def value_at(fact: Fact, facts: Facts, cell: Cell) -> Value | None:
    """The fact's value in a cell, None where an optional fact has none."""
    column = facts.columns[fact.name]
    order = int(facts.line_order[cell.line])
    place = {
        Scope.ORDER: (order,),
        Scope.TIME: (order,),
        Scope.LINE: (cell.line,),
        Scope.NODE: (cell.node,),
        Scope.SERVICE: (cell.service,),
        Scope.PAIR: (order, cell.node),
        Scope.LANE: (order, cell.node, cell.service),
        Scope.STOCK: (cell.line, cell.node),
    }[fact.scope]
    if column.present is not None and not column.present[place]:
        return None
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
            value = _read(term.fact, facts, cell)
            assert value is not None, "a fact that is not optional has a value"
            return value
        case Has():
            return _read(term.fact, facts, cell) is not None
        case Default():
            value = _read(term.fact, facts, cell)
            return term.value if value is None else value
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
        case Divide():
            divisor = evaluate(term.right, facts, cell)
            if divisor == 0:
                return term.value
            return bounded(term.type, quotient(evaluate(term.left, facts, cell), divisor))
        case Fold():
            assert facts is not None, "a fold reads lines"
            return _fold(term, facts, cell)
        case _:
            raise AssertionError(f"no value of {type(term).__name__}")


def _read(fact: Fact, facts: Facts | None, cell: Cell) -> Value | None:
    assert facts is not None, "a constant reads no facts"
    return value_at(fact, facts, cell)


def _fold(term: Fold, facts: Facts, cell: Cell) -> Value:
    """The term over the lines of the cell's order, one after another."""
    order = facts.line_order[cell.line]
    lines = [line for line in range(facts.line_count) if facts.line_order[line] == order]
    values = [evaluate(term.operand, facts, replace(cell, line=line)) for line in lines]
    match term.kind:
        case FoldKind.EXISTS:
            return any(values)
        case FoldKind.ALL:
            return all(values)
        case FoldKind.COUNT:
            return sum(1 for value in values if value)
        case FoldKind.MAX:
            return max((value for value in values if not isinstance(value, str)), default=0)
        case FoldKind.SUM:
            total: float = 0
            for value in values:
                assert not isinstance(value, str), "only numbers are added"
                total += value
            return bounded(term.type, total)


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
    match term.sign:
        case "+":
            return bounded(term.type, left + right)
        case "-":
            return bounded(term.type, left - right)
        case "*":
            return bounded(term.type, left * right)
        case _:
            return bounded(term.type, quotient(left, right))


def quotient(left: Value, right: Value) -> float:
    """Both as floats first, as arrays are divided; dividing large ints directly would round otherwise."""
    return float(left) / float(right)


def bounded(type_: Type, value: float) -> Value:
    """The result of an operation, saturated; a float for an integer type is rounded half to even."""
    if type_ is Type.FLOAT:
        return max(-FLOAT_BOUND, min(FLOAT_BOUND, float(value)))
    return round(max(-INTEGER_BOUND, min(INTEGER_BOUND, value)))
