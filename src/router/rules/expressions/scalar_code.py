"""Terms as Python functions: the fast form for one cell, written from the checked tree, compiled when first called.

The text holds only names and signs of ours: arguments `a0`, constants `k0`, helpers. What planners wrote (words,
numbers, lists) is bound to the constants' names as values and never becomes text, and the text sees no builtins.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from router.rules.expressions.scalar import Cell, bounded, quotient, value_at
from router.rules.expressions.terms import (
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
from router.rules.vocabulary import Fact, Facts, Type


@dataclass(frozen=True, slots=True)
class Argument:
    """A value that a scalar form takes: of `fact` in the cell, None where an optional fact has none.

    With `every_line` a list of the fact's values for all lines of the order; without a fact, how many lines it has.
    """

    fact: Fact | None
    every_line: bool = False


@dataclass(slots=True)
class ScalarForm:
    """A term as a function of flat `arguments`. `source` is the generated text, for reading."""

    term: Term
    arguments: tuple[Argument, ...]
    constants: tuple[object, ...]
    source: str
    _function: Callable[..., Value] | None = field(default=None, repr=False)

    @property
    def function(self) -> Callable[..., Value]:
        """The function of the arguments, in their order. Two threads may both compile it; either result serves."""
        if self._function is None:
            names: dict[str, object] = {"__builtins__": {}, **_HELPERS}
            exec(compile(self.source, "<rule>", "exec"), names)
            make: Callable[..., Callable[..., Value]] = names["make"]  # type: ignore[assignment]
            self._function = make(*self.constants)
        return self._function

    def at(self, facts: Facts, cell: Cell) -> Value:
        """The term's value in a cell of a batch."""
        return self.function(*(_value_of(argument, facts, cell) for argument in self.arguments))


def scalar_form(term: Term) -> ScalarForm:
    """The function of a checked term. Facts of shipments must have been taken out."""
    assert not term.of_shipments, "facts of shipments are bounds of the solver"
    writer = _Writer()
    body = writer.written(term)
    arguments = ", ".join(f"a{number}" for number in range(len(writer.arguments)))
    constants = ", ".join(f"k{number}" for number in range(len(writer.constants)))
    source = f"def make({constants}):\n    def rule({arguments}):\n        return {body}\n    return rule\n"
    return ScalarForm(term, tuple(writer.arguments), tuple(writer.constants), source)


def _value_of(argument: Argument, facts: Facts, cell: Cell) -> object:
    fact = argument.fact
    if fact is not None and not argument.every_line:
        return value_at(fact, facts, cell)
    order = facts.line_order[cell.line]
    lines = [line for line in range(facts.line_count) if facts.line_order[line] == order]
    if fact is None:
        return len(lines)
    return [value_at(fact, facts, replace(cell, line=line)) for line in lines]


class _Writer:
    """Writes expressions and collects the arguments and constants that they name."""

    def __init__(self) -> None:
        self.arguments: list[Argument] = []
        self.constants: list[object] = []
        self.loop: list[Fact] | None = None
        """Inside a fold: the facts of lines that it runs over."""

    def written(self, term: Term) -> str:
        match term:
            case Literal(value=value):
                return self.constant(value)
            case Read(fact=fact):
                return self.fact(fact)
            case Has(fact=fact):
                return f"({self.fact(fact)} is not None)"
            case Default(fact=fact, value=value):
                name = self.fact(fact)
                return f"({self.constant(value)} if {name} is None else {name})"
            case Not(operand=operand):
                return f"(not {self.written(operand)})"
            case Every(operands=operands):
                return f"({' and '.join(map(self.written, operands))})"
            case Either(operands=operands):
                return f"({' or '.join(map(self.written, operands))})"
            case Compare(sign=sign, left=left, right=right):
                return f"({self.written(left)} {_SIGNS[sign]} {self.written(right)})"
            case Within(left=left, values=values):
                return f"({self.written(left)} in {self.constant(values)})"
            case StartsWith(left=left, prefix=prefix):
                return f"{self.written(left)}.startswith({self.constant(prefix)})"
            case ToFloat(operand=operand):
                return f"to_float({self.written(operand)})"
            case Arithmetic():
                return self.arithmetic(term)
            case Divide(left=left, right=right, value=value):
                divide = "divide_floats" if term.type is Type.FLOAT else "divide_whole"
                return f"{divide}({self.written(left)}, {self.written(right)}, {self.constant(value)})"
            case Fold():
                return self.fold(term)
            case _:
                raise AssertionError(f"no function of {type(term).__name__}")

    def arithmetic(self, term: Arithmetic) -> str:
        left, right = self.written(term.left), self.written(term.right)
        bound = "bound_float" if term.type is Type.FLOAT else "bound_whole"
        if term.sign == "/":
            return f"{bound}(quotient({left}, {right}))"
        return f"{bound}({left} {_SIGNS[term.sign]} {right})"

    def fold(self, term: Fold) -> str:
        self.loop = []
        operand = self.written(term.operand)
        names = ", ".join(f"x{number}" for number in range(len(self.loop)))
        lists = ", ".join(self.argument(Argument(fact, every_line=True)) for fact in self.loop)
        self.loop = None
        if not names:
            loop = f"for x0 in span({self.argument(Argument(None))})"
        else:
            loop = f"for {names} in {lists if ', ' not in lists else f'together({lists})'}"
        match term.kind:
            case FoldKind.EXISTS:
                return f"any_of({operand} {loop})"
            case FoldKind.ALL:
                return f"all_of({operand} {loop})"
            case FoldKind.COUNT:
                return f"count_of(x0 {loop} if {operand})"
            case FoldKind.SUM:
                return f"{'sum_floats' if term.type is Type.FLOAT else 'sum_whole'}({operand} {loop})"
            case FoldKind.MAX:
                return f"largest({operand} {loop})"

    def fact(self, fact: Fact) -> str:
        if self.loop is None or "L" not in fact.scope.axes:
            return self.argument(Argument(fact))
        if fact not in self.loop:
            self.loop.append(fact)
        return f"x{self.loop.index(fact)}"

    def argument(self, argument: Argument) -> str:
        if argument not in self.arguments:
            self.arguments.append(argument)
        return f"a{self.arguments.index(argument)}"

    def constant(self, value: object) -> str:
        self.constants.append(value)
        return f"k{len(self.constants) - 1}"


_SIGNS = {sign: sign for sign in ("==", "!=", "<", "<=", ">", ">=", "+", "-", "*")}
"""The signs that may appear in the text; any other is an error of ours."""


def _divided(type_: Type) -> Callable[[float, float, Value], Value]:
    return lambda left, right, zero: zero if right == 0 else bounded(type_, quotient(left, right))


def _summed(type_: Type) -> Callable[[Iterable[float]], Value]:
    def total(values: Iterable[float]) -> Value:
        result: float = 0
        for value in values:
            result += value
        return bounded(type_, result)

    return total


def _zipped(*lists: Sequence[Value]) -> Iterable[tuple[Value, ...]]:
    return zip(*lists, strict=True)


_HELPERS: dict[str, object] = {
    "any_of": any,
    "all_of": all,
    "count_of": lambda values: sum(1 for _ in values),
    "sum_floats": _summed(Type.FLOAT),
    "sum_whole": _summed(Type.INT),
    "largest": lambda values: max(values, default=0),
    "span": range,
    "together": _zipped,
    "to_float": float,
    "quotient": quotient,
    "bound_float": lambda value: bounded(Type.FLOAT, value),
    "bound_whole": lambda value: bounded(Type.INT, value),
    "divide_floats": _divided(Type.FLOAT),
    "divide_whole": _divided(Type.INT),
}
"""All that the generated text may call."""
