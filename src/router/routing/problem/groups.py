"""Which bundles of an order leave together: the client's groups and those of rules, united where they overlap."""

from collections.abc import Iterator, Sequence

import numpy as np

from router.routing.batch.batch import Batch
from router.rules.verdicts import Together
from router.solver.problem import Ints

FREE = -1


def group_bundles(batch: Batch, together: Sequence[Together]) -> Ints:
    """The number of each bundle's group within its order, counted from 0 by first bundle; FREE without one [G]."""
    numbers = np.full(len(batch.bundles.order), FREE, np.int64)
    groups: dict[int, list[set[int]]] = {}
    for order, bundles in named_groups(batch, together):
        groups[order] = united(groups.get(order, []), bundles)
    for found in groups.values():
        for number, bundles in enumerate(sorted(found, key=min)):
            numbers[sorted(bundles)] = number
    return numbers


def named_groups(batch: Batch, together: Sequence[Together]) -> Iterator[tuple[int, set[int]]]:
    """Each order and the bundles that one rule, or the client by one id, wants together."""
    ids = batch.goods.together
    if not ids and not together:
        return
    bundle_of_line = batch.bundles.bundle_of_line()
    for rule in together:
        lines = np.flatnonzero(rule.mask)
        orders, first = np.unique(batch.line_order[lines], return_index=True)
        for order, own in zip(orders.tolist(), np.split(bundle_of_line[lines], first[1:])):
            yield order, set(own.tolist())
    named: dict[tuple[int, str], set[int]] = {}
    for number, together_id in ids:
        key = int(batch.line_order[number]), together_id
        named.setdefault(key, set()).add(int(bundle_of_line[number]))
    for (order, _), bundles in named.items():
        yield order, bundles


def united(groups: list[set[int]], fresh: set[int]) -> list[set[int]]:
    """The groups with one more, which swallows those that it overlaps."""
    apart = [group for group in groups if not group & fresh]
    return [*apart, fresh.union(*(group for group in groups if group & fresh))]
