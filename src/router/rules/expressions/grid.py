"""Terms over a whole batch: each at its own axes, joined as late as possible.

A grid is a three-dimensional array: orders or lines, nodes, services. An axis that a term does not read has
length one, so that joining an order's condition with a node's is numpy's broadcasting and nothing is computed twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from msgspec import Struct

from router.rules.expressions.arrays import (
    COMPARISONS,
    FEW,
    STORED,
    Array,
    Bools,
    Ints,
    calculated,
    equals_one_of,
    folded,
    is_one_of,
    quotient,
)
from router.rules.expressions.terms import (
    Arithmetic,
    Compare,
    Default,
    Divide,
    Either,
    Every,
    Fold,
    Has,
    Literal,
    Not,
    Read,
    StartsWith,
    Term,
    ToFloat,
    Within,
)
from router.rules.vocabulary import Fact, Facts, Scope, Type

__all__ = ["Array", "Batch", "Bools", "Grid", "Ints"]

NO_CODE = -1
"""Of a text that is not in a dictionary."""

Atom = Compare | Within | StartsWith | Has | Fold


class Grid(Struct, frozen=True, gc=False):
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
    columns: dict[str, Grid] = field(default_factory=dict)
    """Those of facts that were read already, by name."""

    def grid(self, term: Term) -> Grid:
        """The values of a term for the whole batch."""
        return _GRIDS[type(term)](self, term)

    def every(self, term: Every) -> Grid:
        return self.joined_all(term.ranked, np.logical_and, decided=False)

    def either(self, term: Either) -> Grid:
        return self.joined_all(term.ranked, np.logical_or, decided=True)

    def negation(self, term: Not) -> Grid:
        operand = self.grid(term.operand)
        return Grid(~operand.bools, operand.of_lines)

    def calculation(self, term: Arithmetic) -> Grid:
        left, right, of_lines = self.joined(self.grid(term.left), self.grid(term.right))
        return Grid(calculated(term.sign, term.type, left, right), of_lines)

    def to_float(self, term: ToFloat) -> Grid:
        operand = self.grid(term.operand)
        return Grid(operand.values.astype(np.float64), operand.of_lines)

    def read(self, fact: Fact) -> Grid:
        """A fact's column at its place among the axes."""
        if (known := self.columns.get(fact.name)) is None:
            values, stored = self.facts.columns[fact.name].values, STORED[fact.type]
            known = _placed(values if values.dtype is stored else values.astype(stored), fact.scope)
            self.columns[fact.name] = known
        return known

    def present(self, fact: Fact) -> Grid:
        """Where an optional fact has a value."""
        column = self.facts.columns[fact.name]
        present = np.ones(column.values.shape, np.bool_) if column.present is None else column.present
        return _placed(present, fact.scope)

    def default(self, term: Default) -> Grid:
        if term.type is Type.STRING:
            return self.coded(term)[0]
        values = self.read(term.fact)
        return Grid(np.where(self.present(term.fact).values, values.values, term.value), values.of_lines)

    def divided(self, term: Divide) -> Grid:
        left, right, of_lines = self.joined(self.grid(term.left), self.grid(term.right))
        is_zero = np.equal(right, 0)
        values = quotient(term.type, left, np.where(is_zero, np.ones_like(right), right))
        return Grid(np.where(is_zero, term.value, values), of_lines)

    def atom(self, term: Atom) -> Grid:
        if (known := self.known.get(term)) is not None:
            return known
        grid = _ATOMS[type(term)](self, term)
        if len(term.axes) <= 2:
            # Larger ones are rarely shared and would hold much memory.
            self.known[term] = grid
        return grid

    def starting(self, term: StartsWith) -> Grid:
        return self.looked_up(term.left, lambda text: text.startswith(term.prefix))

    def membership(self, term: Within) -> Grid:
        if term.left.type is Type.STRING:
            if len(term.values) > FEW or isinstance(term.left, Literal):
                return self.looked_up(term.left, term.values.__contains__)
            codes, words = self.coded(term.left)
            wanted = [words.index(str(value)) for value in term.values if value in words]
            return Grid(equals_one_of(codes.values, wanted), codes.of_lines)
        operand = self.grid(term.left)
        return Grid(equals_one_of(operand.values, sorted(term.values)), operand.of_lines)  # type: ignore[arg-type]

    def comparison(self, term: Compare) -> Grid:
        if term.left.type is Type.STRING:
            return self.compare_strings(term.sign, term.left, term.right)
        compare, left = COMPARISONS[term.sign], self.grid(term.left)
        if isinstance(term.right, Literal):
            # A bare number is compared faster than an array of one.
            return Grid(compare(left.values, term.right.value), left.of_lines)
        one, other, of_lines = self.joined(left, self.grid(term.right))
        return Grid(compare(one, other), of_lines)

    def folded(self, term: Fold) -> Grid:
        """An order's value from those of its lines."""
        lines = self.lined(self.grid(term.operand)).values[:, 0, 0]
        lines = np.broadcast_to(lines, self.facts.line_count)
        values = folded(term.kind, term.type, lines, self.facts.line_order, self.facts.order_count)
        return Grid(values[:, None, None], of_lines=False)

    def compare_strings(self, sign: str, left: Term, right: Term) -> Grid:
        if isinstance(left, Literal):
            left, right = right, left
        if isinstance(left, Literal):
            return _single((left.value == right.value) is (sign == "=="))  # type: ignore[attr-defined]
        compare, (codes, words) = COMPARISONS[sign], self.coded(left)
        if isinstance(right, Literal):
            code = words.index(str(right.value)) if right.value in words else NO_CODE
            return Grid(compare(codes.values, code), codes.of_lines)
        others, other_words = self.coded(right)
        code_in_right = {text: code for code, text in enumerate(other_words)}
        table = np.array([code_in_right.get(text, NO_CODE) for text in words], np.int64)
        one, other, of_lines = self.joined(Grid(table[codes.values], codes.of_lines), others)
        return Grid(compare(one, other), of_lines)

    def looked_up(self, text: Term, holds: Callable[[str], bool]) -> Grid:
        """A test of strings, made once for each word of the dictionary."""
        if isinstance(text, Literal):
            return _single(holds(str(text.value)))
        codes, words = self.coded(text)
        wanted = [code for code, word in enumerate(words) if holds(word)]
        return Grid(is_one_of(codes.values, wanted, len(words)), codes.of_lines)

    def coded(self, term: Term) -> tuple[Grid, Sequence[str]]:
        """A text as codes, and the words they stand for."""
        assert isinstance(term, Read | Default), "checked: a string is a literal or a fact"
        codes, words = self.read(term.fact), self.facts.columns[term.fact.name].dictionary or ()
        if isinstance(term, Read):
            return codes, words
        if term.value not in words:
            words = (*words, str(term.value))
        values = np.where(self.present(term.fact).values, codes.values, words.index(str(term.value)))
        return Grid(values, codes.of_lines), words

    def joined_all(self, ranked: Sequence[Term], join: Callable[..., Bools], *, decided: bool) -> Grid:
        """Operands joined from the fewest axes to the most; larger ones are not computed where all is `decided`."""
        first, *others = ranked
        result, axes = self.grid(first), first.axes
        for operand in others:
            if len(operand.axes) > len(axes):
                axes = operand.axes
                if result.bools.all() if decided else not result.bools.any():
                    break
            left, right, of_lines = self.joined(result, self.grid(operand))
            result = Grid(join(left, right), of_lines)
        return result

    def joined(self, left: Grid, right: Grid) -> tuple[Array, Array, bool]:
        """Both arrays with the same first axis."""
        if left.of_lines == right.of_lines:
            return left.values, right.values, left.of_lines
        return self.lined(left).values, self.lined(right).values, True

    def lined(self, grid: Grid) -> Grid:
        """The grid with lines on its first axis: every line has its order's values."""
        if grid.of_lines:
            return grid
        if (
            self.facts.is_line_each
            or len(grid.values) != self.facts.order_count
            or self.facts.order_count == 1
        ):
            return Grid(grid.values, of_lines=True)
        return Grid(grid.values.take(self.facts.line_order, axis=0), of_lines=True)

    def spread(self, grid: Grid) -> Grid:
        """The grid with its first axis at full length, as verdicts show it."""
        length = self.facts.line_count if grid.of_lines else self.facts.order_count
        if len(grid.values) == length:
            return grid
        shape = (length, *grid.values.shape[1:])
        return Grid(np.ascontiguousarray(np.broadcast_to(grid.values, shape)), grid.of_lines)


def _single(value: bool | int | float | str) -> Grid:
    return Grid(np.array(value).reshape(1, 1, 1), of_lines=False)


_PLACES: Mapping[Scope, tuple[tuple[slice | None, ...], bool]] = {
    Scope.ORDER: (np.s_[:, None, None], False),
    Scope.TIME: (np.s_[:, None, None], False),
    Scope.LINE: (np.s_[:, None, None], True),
    Scope.NODE: (np.s_[None, :, None], False),
    Scope.SERVICE: (np.s_[None, None, :], False),
    Scope.PAIR: (np.s_[:, :, None], False),
    Scope.STOCK: (np.s_[:, :, None], True),
    Scope.LANE: (np.s_[:, :, :], False),
}
"""Where the axes of a fact's array stand in a grid, and whether the first counts lines."""


def _placed(values: Array, scope: Scope) -> Grid:
    place, of_lines = _PLACES[scope]
    return Grid(values[place], of_lines)


_ATOMS: Mapping[type[Term], Callable[[Batch, Any], Grid]] = {
    Compare: Batch.comparison,
    Within: Batch.membership,
    StartsWith: Batch.starting,
    Has: lambda batch, term: batch.present(term.fact),
    Fold: Batch.folded,
}
"""How each kind of term is computed that is kept for other rules of the pack."""

_GRIDS: Mapping[type[Term], Callable[[Batch, Any], Grid]] = {
    **dict.fromkeys(_ATOMS, Batch.atom),
    Every: Batch.every,
    Either: Batch.either,
    Not: Batch.negation,
    Read: lambda batch, term: batch.read(term.fact),
    Default: Batch.default,
    Literal: lambda batch, term: _single(term.value),
    Arithmetic: Batch.calculation,
    Divide: Batch.divided,
    ToFloat: Batch.to_float,
}
"""How each kind of term is computed."""
