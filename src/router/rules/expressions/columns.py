"""Forms: functions of a batch that give values at their own axes. Here those that read the columns of facts.

The values have the shape [O|L|1, N|1, S|1]: the first axis counts lines if the term reads lines, else orders, and an
axis that the term does not read has length one, so that joining an order's condition with a node's is numpy's
broadcasting and nothing is computed twice. What is the same everywhere may have length one on every axis.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from router.rules.expressions.arrays import STORED, Array
from router.rules.vocabulary import Fact, Facts, Scope


@dataclass(frozen=True, slots=True)
class Columns:
    """The facts of a batch, and the values that several forms share, as far as they are computed."""

    facts: Facts
    kept: list[Array | None]
    families: list[list[Array] | None]
    """The values of each family's members, likewise."""

    def over_lines(self, values: Array) -> Array:
        """Values of orders as values of their lines; those that all orders share stay as they are."""
        if values.shape[-3] == 1 or self.facts.is_line_each:
            return values
        return values.take(self.facts.line_order, axis=-3)

    def size_of(self, axes: str) -> int:
        """How many values a term of these axes has."""
        facts = self.facts
        first = facts.line_count if "L" in axes else facts.order_count if "O" in axes else 1
        nodes, services = facts.node_count if "N" in axes else 1, facts.service_count if "S" in axes else 1
        return first * nodes * services


Form = Callable[[Columns], Array]

NOWHERE = np.zeros((1, 1, 1), np.bool_)
NOTHING = np.zeros((1, 1, 1), np.int64)
EVERYWHERE = np.ones((1, 1, 1), np.bool_)

PLACES: Mapping[Scope, tuple[slice | None, ...]] = {
    Scope.ORDER: np.s_[:, None, None],
    Scope.TIME: np.s_[:, None, None],
    Scope.LINE: np.s_[:, None, None],
    Scope.NODE: np.s_[None, :, None],
    Scope.SERVICE: np.s_[None, None, :],
    Scope.PAIR: np.s_[:, :, None],
    Scope.STOCK: np.s_[:, :, None],
    Scope.LANE: np.s_[:, :, :],
}
"""Where the axes of a fact's array stand."""


def read_of(fact: Fact) -> Form:
    """The values of a fact, any where it has none."""
    name, stored, place = fact.name, STORED[fact.type], PLACES[fact.scope]

    def read(columns: Columns) -> Array:
        values = columns.facts.columns[name].values
        return (values if values.dtype is stored else values.astype(stored))[place]

    return read


def present_of(fact: Fact) -> Form:
    """Where an optional fact has a value."""
    name, place = fact.name, PLACES[fact.scope]

    def present(columns: Columns) -> Array:
        column = columns.facts.columns[name]
        return EVERYWHERE if column.present is None else column.present[place]

    return present


def spread_of(left: str, right: str) -> tuple[bool, bool]:
    """Whether the values of either axes have to be spread over lines to be joined with the other's."""
    return "L" in right and left.startswith("O") and "L" not in left, (
        "L" in left and right.startswith("O") and "L" not in right
    )


def over_lines(form: Form) -> Form:
    """The values of orders, for their lines."""
    return lambda columns: columns.over_lines(form(columns))


def paired(left: Form, right: Form, axes: tuple[str, str]) -> tuple[Form, Form]:
    """The same with the same first axis; `axes` are those of either."""
    spreads, spreads_other = spread_of(*axes)
    return over_lines(left) if spreads else left, over_lines(right) if spreads_other else right
