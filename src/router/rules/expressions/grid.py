"""Terms over a whole batch, each at its own axes, and how values of orders and of lines stand beside each other."""

from dataclasses import dataclass, field

import numpy as np
from msgspec import Struct

from router.rules.expressions.arrays import Array, Bools, Ints
from router.rules.expressions.columns import Columns
from router.rules.expressions.forms import Forms
from router.rules.expressions.terms import Term
from router.rules.vocabulary import Facts

__all__ = ["Array", "Batch", "Bools", "Grid", "Ints"]


class Grid(Struct, frozen=True, gc=False):
    """Values with the shape [O|L|1, N|1, S|1]; the first axis counts lines if `of_lines`, else orders."""

    values: Array
    of_lines: bool

    @property
    def bools(self) -> Bools:
        return self.values.astype(np.bool_, copy=False)


def is_any(values: Array) -> bool:
    """Whether any is true, or not zero. Many terms have one value for all; numpy takes as long to count it as many."""
    return bool(values.item() if values.size == 1 else np.count_nonzero(values))


@dataclass(frozen=True, slots=True)
class Batch:
    """Facts, and the forms that read them."""

    facts: Facts
    forms: Forms
    columns: Columns = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self,
            "columns",
            Columns(self.facts, [None] * self.forms.kept_count, [None] * self.forms.family_count),
        )

    def grid(self, term: Term) -> Grid:
        """The values for the whole batch of one of the terms that the forms were made of."""
        form, of_lines, _ = self.forms.of(term)
        return Grid(form(self.columns), of_lines)

    def joined(self, left: Grid, right: Grid) -> tuple[Array, Array, bool]:
        """Both arrays with the same first axis."""
        if left.of_lines == right.of_lines:
            return left.values, right.values, left.of_lines
        return self.lined(left).values, self.lined(right).values, True

    def lined(self, grid: Grid) -> Grid:
        """The grid with lines on its first axis: every line has its order's values."""
        return grid if grid.of_lines else Grid(self.columns.over_lines(grid.values), of_lines=True)

    def spread(self, grid: Grid) -> Grid:
        """The grid with its first axis at full length, as verdicts show it."""
        length = self.facts.line_count if grid.of_lines else self.facts.order_count
        if len(grid.values) == length:
            return grid
        return Grid(grid.values.repeat(length, axis=0), grid.of_lines)
