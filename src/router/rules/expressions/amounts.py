"""What rules charge, as terms: a batch computes them like any other, those of a family side by side.

They stand in no file and no other evaluator meets them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from router.rules.expressions.arrays import Array
from router.rules.expressions.columns import NOTHING, Columns, Form, paired
from router.rules.expressions.families import Varying, constant_of
from router.rules.expressions.terms import Literal, Term
from router.rules.expressions.units import AMOUNT_MILLI_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Due(Term):
    """`amount`, no more than AMOUNT_MILLI_MAX either way, where `condition` holds, and nothing elsewhere."""

    condition: Term
    amount: Term

    @property
    def parts(self) -> tuple[Term, ...]:
        return (self.condition, self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed(Term):
    """The price of the points that a place does not earn: of `full` all but `value`, cut to 0..1, where `earned`."""

    earned: Term
    value: Term
    full: Literal | Varying

    @property
    def parts(self) -> tuple[Term, ...]:
        return (self.earned, self.value, self.full)


def due_form(term: Due, form_of: Callable[[Term], Form]) -> Form:
    """An amount is not computed where nothing holds; most are the same everywhere."""
    condition, amount = term.condition, term.amount
    if isinstance(amount, Literal | Varying):
        holds, milli = form_of(condition), bounded(constant_of(amount))
        return lambda columns: np.multiply(holds(columns), milli, dtype=np.int64)
    if isinstance(condition, Literal) and condition.value:
        always = form_of(amount)
        return always if is_bounded(amount) else lambda columns: bounded(always(columns))
    where, amounts = paired(form_of(condition), form_of(amount), (condition.axes, amount.axes))

    def due(columns: Columns) -> Array:
        holds = where(columns)
        return np.where(holds, bounded(amounts(columns)), 0) if np.count_nonzero(holds) else NOTHING

    return due


def missed_form(term: Missed, form_of: Callable[[Term], Form]) -> Form:
    """What a value leaves of the full price."""
    earned, value, full = term.earned, form_of(term.value), constant_of(term.full)

    def missed(columns: Columns) -> Array:
        share = np.maximum(value(columns), 0.0)
        np.minimum(share, 1.0, out=share)
        # Several prices of one share are more values than there are shares.
        is_as_wide = full.size == 1 or (share.ndim == full.ndim and len(share) == len(full))
        worth = np.multiply(share, full, out=share if is_as_wide else None)
        left = np.rint(worth, out=worth).astype(np.int64)
        return np.subtract(full, left, out=left)

    if isinstance(earned, Literal) and earned.value:
        return missed
    earns, left = paired(form_of(earned), missed, (earned.axes, term.value.axes))
    return lambda columns: np.where(earns(columns), left(columns), full)


def is_bounded(amount: Term) -> bool:
    """Whether what is missed is a part of a price that anything may be added to."""
    if not isinstance(amount, Missed):
        return False
    return bool(np.abs(constant_of(amount.full)).max() <= AMOUNT_MILLI_MAX)


def bounded(amounts: Array) -> Array:
    """Amounts that anything may be added to."""
    cut = np.minimum(amounts.astype(np.int64, copy=False), AMOUNT_MILLI_MAX)
    return np.maximum(cut, -AMOUNT_MILLI_MAX)
