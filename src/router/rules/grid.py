"""Terms over a whole batch: each at its own axes, joined as late as possible.

A grid is a three-dimensional array: orders or lines, nodes, services. An axis that a term does not read has
length one, so that joining an order's condition with a node's is numpy's broadcasting and nothing is computed twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

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
    Within,
)
from router.rules.vocabulary import Column, Fact, Facts, Scope, Type

Array = NDArray[np.generic]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_COMPARISONS: Mapping[str, Callable[[Array, Array], Bools]] = {
    "==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip

_STORED: Mapping[Type, type[np.generic]] = {Type.BOOL: np.bool_, Type.FLOAT: np.float64}


@dataclass(frozen=True, slots=True)
class Grid:
    """Values with the shape [O|L|1, N|1, S|1]; the first axis counts lines if `of_lines`, else orders."""

    values: Array
    of_lines: bool

    @property
    def bools(self) -> Bools:
        return self.values.astype(np.bool_, copy=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """Facts, and the atoms already computed from them (rules of one pack share many)."""

    facts: Facts
    known: dict[Term, Grid] = field(default_factory=dict)

    def grid(self, term: Term) -> Grid:
        """The values of a term for the whole batch."""
        match term:
            case Literal():
                return Grid(np.array(term.value).reshape(1, 1, 1), of_lines=False)
            case Read():
                return self.read(term.fact)
            case Not():
                operand = self.grid(term.operand)
                return Grid(~operand.bools, operand.of_lines)
            case Every():
                return self.fold(term.operands, np.logical_and, done=lambda values: not values.any())
            case Either():
                return self.fold(term.operands, np.logical_or, done=lambda values: bool(values.all()))
            case Compare() | Within() | StartsWith():
                return self.atom(term)
            case Arithmetic():
                left, right, of_lines = self.joined(self.grid(term.left), self.grid(term.right))
                return Grid(_arithmetic(term, left, right), of_lines)
            case ToFloat():
                operand = self.grid(term.operand)
                return Grid(operand.values.astype(np.float64), operand.of_lines)
            case _:
                raise AssertionError(f"no grid for {type(term).__name__}")

    def read(self, fact: Fact) -> Grid:
        """A fact's column at its place among the axes."""
        values = self.facts.columns[fact.name].values.astype(_STORED.get(fact.type, np.int64), copy=False)
        match fact.scope:
            case Scope.NODE:
                return Grid(values[None, :, None], of_lines=False)
            case Scope.SERVICE:
                return Grid(values[None, None, :], of_lines=False)
            case Scope.ORDER | Scope.LINE:
                return Grid(values[:, None, None], of_lines=fact.scope is Scope.LINE)
            case Scope.PAIR | Scope.STOCK:
                return Grid(values[:, :, None], of_lines=fact.scope is Scope.STOCK)
            case Scope.LANE:
                return Grid(values, of_lines=False)

    def atom(self, term: Compare | Within | StartsWith) -> Grid:
        if (known := self.known.get(term)) is not None:
            return known
        grid = self._atom(term)
        if len(term.axes) <= 2:
            # Larger ones are rarely shared and would hold much memory.
            self.known[term] = grid
        return grid

    def _atom(self, term: Compare | Within | StartsWith) -> Grid:
        match term:
            case StartsWith(left=left, prefix=prefix):
                return self.looked_up(left, lambda text: text.startswith(prefix))
            case Within(left=left, values=values) if left.type is Type.STRING:
                return self.looked_up(left, lambda text: text in values)
            case Within(left=left, values=values):
                operand = self.grid(left)
                return Grid(np.isin(operand.values, np.array(sorted(values))), operand.of_lines)
            case Compare(left=left, right=right) if left.type is Type.STRING:
                return self.compare_strings(term.sign, left, right)
            case Compare(left=left, right=right):
                one, other, of_lines = self.joined(self.grid(left), self.grid(right))
                return Grid(_COMPARISONS[term.sign](one, other), of_lines)

    def compare_strings(self, sign: str, left: Term, right: Term) -> Grid:
        if isinstance(left, Literal):
            left, right = right, left
        if isinstance(right, Literal):
            equal = self.looked_up(left, lambda text: text == right.value)
        else:
            code_in_right = {text: code for code, text in enumerate(self.column(right).dictionary or ())}
            table = np.array(
                [code_in_right.get(text, -1) for text in self.column(left).dictionary or ()], np.int64
            )
            codes = self.grid(left)
            one, other, of_lines = self.joined(Grid(table[codes.values], codes.of_lines), self.grid(right))
            equal = Grid(one == other, of_lines)
        return equal if sign == "==" else Grid(~equal.bools, equal.of_lines)

    def looked_up(self, text: Term, holds: Callable[[str], bool]) -> Grid:
        """A test of strings, made once for each word of the dictionary."""
        if isinstance(text, Literal):
            return Grid(np.array(holds(str(text.value))).reshape(1, 1, 1), of_lines=False)
        codes = self.grid(text)
        table = np.array([holds(word) for word in self.column(text).dictionary or ()], np.bool_)
        return Grid(table[codes.values], codes.of_lines)

    def column(self, term: Term) -> Column:
        assert isinstance(term, Read), "a string is a literal or a fact"
        return self.facts.columns[term.fact.name]

    def fold(
        self, operands: Sequence[Term], join: Callable[[Bools, Bools], Bools], done: Callable[[Bools], bool]
    ) -> Grid:
        """Operands joined from the fewest axes to the most; the large ones are not computed if the answer is known."""
        first, *others = sorted(operands, key=_size_rank)
        result = self.grid(first)
        for operand in others:
            if done(result.bools):
                break
            left, right, of_lines = self.joined(result, self.grid(operand))
            result = Grid(
                join(left.astype(np.bool_, copy=False), right.astype(np.bool_, copy=False)), of_lines
            )
        return result

    def joined(self, left: Grid, right: Grid) -> tuple[Array, Array, bool]:
        """Both arrays with the same first axis."""
        if left.of_lines == right.of_lines:
            return left.values, right.values, left.of_lines
        return self.lined(left).values, self.lined(right).values, True

    def lined(self, grid: Grid) -> Grid:
        """The grid with lines on its first axis: every line has its order's values."""
        if grid.of_lines or len(grid.values) != self.facts.order_count or self.facts.order_count == 1:
            return grid if grid.of_lines else Grid(grid.values, of_lines=True)
        return Grid(grid.values[self.facts.line_order], of_lines=True)

    def spread(self, grid: Grid) -> Grid:
        """The grid with its first axis at full length, as verdicts show it."""
        length = self.facts.line_count if grid.of_lines else self.facts.order_count
        if len(grid.values) == length:
            return grid
        shape = (length, *grid.values.shape[1:])
        return Grid(np.ascontiguousarray(np.broadcast_to(grid.values, shape)), grid.of_lines)


def _size_rank(term: Term) -> tuple[int, str]:
    return len(term.axes), term.axes


def _arithmetic(term: Arithmetic, left: Array, right: Array) -> Array:
    """The operation with saturation; see `terms.py` for the bounds."""
    if term.type is Type.FLOAT:
        one, other = left.astype(np.float64), right.astype(np.float64)
        operation = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}[term.sign]
        return np.clip(operation(one, other), -FLOAT_BOUND, FLOAT_BOUND)
    if term.sign in "+-":
        added = np.negative(right) if term.sign == "-" else right
        return np.clip(np.add(left, added), -INTEGER_BOUND, INTEGER_BOUND)
    one, other = left.astype(np.float64), right.astype(np.float64)
    if term.sign == "/":
        return _rounded(one / other)
    if Type.FLOAT in (term.left.type, term.right.type):
        return _rounded(one * other)
    exact = np.clip(left.astype(np.int64) * right.astype(np.int64), -INTEGER_BOUND, INTEGER_BOUND)
    # Twice the bound still fits 64 bits, so below it the product has not wrapped.
    return np.where(np.abs(one * other) < 2.0 * INTEGER_BOUND, exact, _rounded(one * other))


def _rounded(values: NDArray[np.float64]) -> Ints:
    return np.rint(np.clip(values, -float(INTEGER_BOUND), float(INTEGER_BOUND))).astype(np.int64)
