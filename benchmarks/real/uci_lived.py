"""What came of a lived year of the shop, and how it is told."""

import resource
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Lived:
    """What came of it. `held_minor` and `mirror_minor`: the customers' money, by the payments and by the mirror."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    routing_seconds: float = 0.0
    differing_rows: int = 0
    held_minor: int = 0
    mirror_minor: int = 0
    entry_count: int = 0
    faults: tuple[str, ...] = ()
    voucher_count: int = 0
    differences: tuple[str, ...] = ()
    """Between the accounts and the books."""


def report(lived: Lived) -> None:
    """The figures as a short page."""
    orders = lived.counts["orders"]
    print(f"* {orders / lived.seconds:,.1f} orders/s end to end in {lived.seconds:,.0f} s", end="")
    print(f" ({lived.cpu_seconds:,.0f} s of processor time,", end="")
    print(f" {1_000 * lived.cpu_seconds / orders:,.0f} ms an order)", end="")
    print(f", routing alone {orders / lived.routing_seconds:,.1f}; peak memory {peak_mib():,.0f} MiB")
    for name, count in lived.counts.items():
        print(f"* {name}: {count:,}")
    print(f"* refused: {dict(lived.refused) or 'none'}")
    print(f"* audit: {lived.faults or 'clean'} over {lived.entry_count:,} entries")
    print(f"* accounts that differ from the books: {lived.differences or 'none'}", end="")
    print(f" over {lived.voucher_count:,} vouchers")
    print(f"* rows of stock that differ from the mirror: {lived.differing_rows}")
    print(f"* customers' money: {lived.held_minor:,}, by the mirror {lived.mirror_minor:,}")


def peak_mib() -> float:
    """Memory that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
