"""Vouchers of a range of the journal: always the same ones for the same range and chart."""

from collections import Counter
from collections.abc import Iterator

from router.app.accounting.facts import FactReader
from router.app.ports.store import Reader
from router.ledger.accounting.chart import Chart
from router.ledger.accounting.owners import changes_of_hands
from router.ledger.accounting.vouchers import Voucher, revaluation_of, voucher_of

ENTRIES_PER_PAGE = 500


def read_vouchers(reader: Reader, chart: Chart, after: int, until: int) -> tuple[list[Voucher], int]:
    """Of the next entries behind `after`, not beyond `until`; and the position that they go up to."""
    wanted = min(ENTRIES_PER_PAGE, until - after)
    if wanted <= 0:
        return [], until
    # One more at the beginning: what a unit left for stands in the entry before.
    entries = list(reader.list_entries(after - 1 if after else None, wanted + bool(after), ""))
    before = entries.pop(0) if after else None
    end = entries[-1].position
    facts_read = FactReader(reader, chart)
    changed: dict[int, list[Voucher]] = {}
    for voucher in vouchers_between(facts_read, after, end):
        changed.setdefault(voucher.position, []).append(voucher)
    found: list[Voucher] = []
    for entry, facts in zip(entries, facts_read.facts_of(before, entries), strict=True):
        found += changed.get(entry.position, ())
        made = voucher_of(entry, facts, chart)
        if made is not None:
            found.append(made)
    return found, end


def vouchers_between(facts: FactReader, start: int, end: int) -> Iterator[Voucher]:
    """Of what changed between entries, behind positions from `start` to before `end`: owners of nodes, then costs."""
    numbers: Counter[int] = Counter()
    for owner in facts.reader.list_node_owners(start, end):
        costs = facts.costs_before(owner.units, owner.position)
        was_supplier = facts.owners.is_supplier(owner.node_id, owner.position)
        yield from changes_of_hands(owner, was_supplier, costs, facts.chart, numbers[owner.position])
        numbers[owner.position] += len(owner.units)
    for cost in facts.reader.list_unit_costs(start, end):
        numbers[cost.position] += 1
        revaluation = revaluation_of(cost, facts.chart, numbers[cost.position])
        if revaluation is not None:
            yield revaluation


def all_vouchers(reader: Reader, chart: Chart, until: int) -> Iterator[Voucher]:
    """From the first to the one at `until`."""
    after = 0
    while after < until:
        found, after = read_vouchers(reader, chart, after, until)
        yield from found
