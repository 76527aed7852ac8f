"""What rules say of a batch, order by order: of which orders two packs say something else, and which rules do.

A plan follows from the order, what was looked up for it, and what rules say of the lanes open to it. So an order of
which two packs say the same has the same plan under both, and need not be solved again to know it.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from router.routing.batch.batch import Batch
from router.rules.verdicts import (
    Charge,
    Hold,
    OnAccount,
    Per,
    Removal,
    RuleRef,
    StockLimit,
    SubstituteOffer,
    Together,
    Verdicts,
)
from router.solver.problem import Bools, Ints
from router.solver.tables import NO_ROW

Statement = Removal | Charge | Hold | OnAccount | Together | StockLimit | SubstituteOffer
Policies = Sequence[Any]
Key = tuple[str, str, tuple[Hashable, ...], int]


@dataclass(frozen=True, slots=True)
class Open:
    """Where what a rule says can matter: lanes of orders [O, N, S] and of lines [L, N, S] that lead somewhere."""

    orders: Bools
    lines: Bools
    late_days: Ints
    available: Ints

    @classmethod
    def of(cls, batch: Batch) -> "Open":
        orders = batch.holds[:, :, None] & (batch.row != NO_ROW)
        lines = orders[batch.line_order] & (batch.available > 0)[:, :, None]
        return cls(orders, lines, batch.late_days, batch.available)


def rules_differing(batch: Batch, before: Verdicts, after: Verdicts) -> Mapping[str, Bools]:
    """For each rule that says something else of any order, of which orders [O]."""
    found: dict[str, Bools] = {}
    is_open = Open.of(batch)
    left, right = statements(before), statements(after)
    for key in [*left, *(key for key in right if key not in left)]:
        differs = statement_differs(batch, is_open, left.get(key), right.get(key))
        note(found, key[1], differs)
    for of_lines, ours, theirs in (
        (False, (before.split_policies, before.split), (after.split_policies, after.split)),
        (True, (before.backorder_policies, before.backorder), (after.backorder_policies, after.backorder)),
        (False, objective_of(before), objective_of(after)),
    ):
        for rule, differs in policy_differs(ours, theirs):
            note(found, rule, by_order(batch, differs) if of_lines else differs)
    return found


def note(found: dict[str, Bools], rule: str, differs: Bools) -> None:
    if differs.any():
        found[rule] = found[rule] | differs if rule in found else differs


def statements(verdicts: Verdicts) -> dict[Key, Statement]:
    """Each statement under a key by which the other pack's same statement is found: kind, rule, what it is about."""
    everything: tuple[Statement, ...] = (
        *verdicts.removals, *verdicts.charges, *verdicts.holds, *verdicts.on_account,
        *verdicts.together, *verdicts.stock_limits, *verdicts.substitutes,
    )  # fmt: skip
    found: dict[Key, Statement] = {}
    for one in everything:
        about: tuple[Hashable, ...] = ()
        if isinstance(one, Charge):
            about = (one.per, one.of_lines, one.softened, one.box)
        elif isinstance(one, Removal):
            about = (one.of_lines, one.box)
        elif isinstance(one, SubstituteOffer):
            about = (one.skus, one.unit_milli, one.only_short, one.consent_assumed)
        place = 0
        while (key := (type(one).__name__, one.rule.name, about, place)) in found:
            place += 1
        found[key] = one
    return found


def statement_differs(batch: Batch, is_open: Open, one: Statement | None, other: Statement | None) -> Bools:
    """The orders [O] for which two statements of one key differ where it matters; None says nothing."""
    known = one or other
    assert known is not None, "one of the two packs says it"
    nothing = weight_of_silence(known, is_open)
    left, right = (nothing if said is None else weight_of(said, is_open) for said in (one, other))
    differs: Bools = np.not_equal(left, right)
    rows: Bools = np.any(differs.reshape(len(differs), -1), axis=1)
    of_lines = isinstance(known, Together | StockLimit | SubstituteOffer) or (
        isinstance(known, Removal | Charge) and known.of_lines
    )
    return by_order(batch, rows) if of_lines else rows


def weight_of(said: Statement, is_open: Open) -> Any:
    """What it says, zeroed where it cannot matter."""
    match said:
        case Removal():
            return np.where(is_open.lines if said.of_lines else is_open.orders, said.mask, False)
        case Charge():
            cells = is_open.lines if said.of_lines else is_open.orders
            if said.per is Per.LATE_DAY:
                cells = cells & (is_open.late_days > 0)
            return np.where(cells, said.amount_milli, 0)
        case Hold() | OnAccount() | Together() | SubstituteOffer():
            return said.mask
        case StockLimit():
            return np.minimum(said.units_max, is_open.available)


def weight_of_silence(said: Statement, is_open: Open) -> Any:
    """What no statement stands for, in the form of `weight_of`."""
    return is_open.available if isinstance(said, StockLimit) else np.zeros(1, np.int64)


def objective_of(verdicts: Verdicts) -> tuple[Policies, Ints]:
    """The objective policies, and which holds for each order; one without levels where none is stated."""
    if verdicts.objective is None:
        return ((None,), np.zeros(len(verdicts.split), np.int64))
    return verdicts.objective_policies, verdicts.objective


def policy_differs(ours: tuple[Policies, Ints], theirs: tuple[Policies, Ints]) -> Iterator[tuple[str, Bools]]:
    """The rules whose policy holds on one side only, with the orders or lines of which that is so."""
    numbers: dict[Hashable, int] = {}
    left, right = (
        np.array([numbers.setdefault(content_of(policy), len(numbers)) for policy in policies])[chosen]
        for policies, chosen in (ours, theirs)
    )
    differs: Bools = left != right
    for policies, chosen in (ours, theirs):
        for number in np.unique(chosen[differs]).tolist():
            if policies[number] is not None:
                yield policies[number].rule.name, differs & (chosen == number)


def content_of(policy: Any) -> Hashable:
    """What a policy says, wherever its rule stands in a file."""
    if policy is None:
        return None
    values = (getattr(policy, one.name) for one in fields(policy))
    return tuple(value.name if isinstance(value, RuleRef) else value for value in values)


def by_order(batch: Batch, of_lines: Bools) -> Bools:
    """Whether any line of each order is marked."""
    marked: Bools = np.logical_or.reduceat(of_lines, batch.line_start[:-1])
    return marked
