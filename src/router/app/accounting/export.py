"""Vouchers of a range of the journal: always the same ones for the same range and chart."""

from collections.abc import Iterator

from router.app.accounting.facts import FactReader
from router.app.ports.store import Reader
from router.ledger.accounting.chart import Chart
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
    changed: dict[int, list[Voucher]] = {}
    numbers: dict[int, int] = {}
    for cost in reader.list_unit_costs(after, end):
        numbers[cost.position] = numbers.get(cost.position, 0) + 1
        voucher = revaluation_of(cost, chart, numbers[cost.position])
        if voucher is not None:
            changed.setdefault(voucher.position, []).append(voucher)
    found: list[Voucher] = []
    for entry, facts in zip(entries, FactReader(reader, chart).facts_of(before, entries), strict=True):
        found += changed.get(entry.position, ())
        voucher = voucher_of(entry, facts, chart)
        if voucher is not None:
            found.append(voucher)
    return found, end


def all_vouchers(reader: Reader, chart: Chart, until: int) -> Iterator[Voucher]:
    """From the first to the one at `until`."""
    after = 0
    while after < until:
        found, after = read_vouchers(reader, chart, after, until)
        yield from found
