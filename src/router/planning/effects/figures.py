"""The figures of a comparison as people read them: now, new, the change, and whether that is better or worse."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from router.domain.currency import amount_text
from router.planning.effects.changes import Aspect
from router.planning.effects.comparison import Comparison
from router.planning.effects.guards import GUARD_PER_CENT, Interval, Load, interval_of
from router.planning.effects.sums import Sums


class Trend(StrEnum):
    """What a change means for the company; every figure here is better when it is less."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row. `aspects` are the ways of changing whose orders stand behind it; `note` says more of the change."""

    name: str
    before: str
    after: str
    change: str
    trend: Trend
    aspects: tuple[Aspect, ...] = ()
    note: str = ""


def figures_of(comparison: Comparison, loads: Sequence[Load], currency: str) -> tuple[Figure, ...]:
    """The rows of a summary, the dearest first."""
    before, after = comparison.before, comparison.after
    return (
        cost_figure(comparison, currency),
        ratio_figure("shipments per order", before, after),
        count_figure(
            "split orders", before.split_orders, after.split_orders, (Aspect.MORE_SHIPMENTS, Aspect.FEWER_SHIPMENTS)
        ),
        share_figure(before, after),
        count_figure(
            "units left out", left_out(before), left_out(after), (Aspect.MORE_UNSHIPPED, Aspect.FEWER_UNSHIPPED)
        ),
        count_figure(
            "orders held", before.held_orders, after.held_orders, (Aspect.NOW_HELD, Aspect.NO_LONGER_HELD)
        ),
        *([load_figure(loads[0])] if loads else []),
        unproven_figure(before, after),
    )  # fmt: skip


def cost_figure(comparison: Comparison, currency: str) -> Figure:
    before, after = comparison.before, comparison.after
    interval = interval_of(comparison)
    return Figure(
        name="cost per order",
        before=mean_text(before.cost_milli, before.orders, currency),
        after=mean_text(after.cost_milli, after.orders, currency),
        change=per_cent_change(before.cost_milli, after.cost_milli)
        if before.cost_milli > 0
        else mean_change(before, after, currency),
        trend=trend_of(before.cost_milli, after.cost_milli),
        aspects=(Aspect.DEARER, Aspect.CHEAPER),
        note=interval_text(interval, comparison) if interval is not None else "",
    )


def ratio_figure(name: str, before: Sums, after: Sums) -> Figure:
    """Shipments per order."""
    return Figure(
        name=name,
        before=f"{before.shipments / max(1, before.orders):.3f}",
        after=f"{after.shipments / max(1, after.orders):.3f}",
        change=per_cent_change(before.shipments, after.shipments)
        if before.shipments or not after.shipments
        else f"{after.shipments / max(1, after.orders):+.3f}",
        trend=trend_of(before.shipments, after.shipments),
        aspects=(Aspect.MORE_SHIPMENTS, Aspect.FEWER_SHIPMENTS),
    )


def count_figure(name: str, before: int, after: int, aspects: tuple[Aspect, ...]) -> Figure:
    return Figure(
        name=name,
        before=f"{before:,}",
        after=f"{after:,}",
        change=per_cent_change(before, after),
        trend=trend_of(before, after),
        aspects=aspects,
    )


def share_figure(before: Sums, after: Sums) -> Figure:
    """Orders that miss their promise, of those that have one."""
    shares = [100 * one.late_orders / max(1, one.promised_orders) for one in (before, after)]
    change = shares[1] - shares[0]
    return Figure(
        name="promised late",
        before=f"{shares[0]:.2f} %",
        after=f"{shares[1]:.2f} %",
        change="=" if before.late_orders == after.late_orders else f"{change:+.2f} pt",
        trend=trend_of(before.late_orders, after.late_orders),
        aspects=(Aspect.NOW_LATE, Aspect.NO_LONGER_LATE),
        note=f"{before.late_orders:,} → {after.late_orders:,} of {before.promised_orders:,} orders",
    )


def load_figure(load: Load) -> Figure:
    """The node that would be fullest, on its busiest day."""
    return Figure(
        name="busiest node",
        before=f"{load.before_per_cent} %",
        after=f"{load.after_per_cent} %",
        change="=" if load.before == load.after else f"{load.after_per_cent - load.before_per_cent:+d} pt",
        trend=trend_of(load.before, load.after),
        note=str(load.node_id) + (f", above the {GUARD_PER_CENT} % guard" if load.is_above_guard else ""),
    )


def unproven_figure(before: Sums, after: Sums) -> Figure:
    """Orders whose best plan is not proven, with the largest gap."""
    gap = max(before.gap_ppm_max, after.gap_ppm_max)
    return Figure(
        name="not solved to proof",
        before=f"{before.unproven_orders:,}",
        after=f"{after.unproven_orders:,}",
        change=per_cent_change(before.unproven_orders, after.unproven_orders),
        trend=trend_of(before.unproven_orders, after.unproven_orders),
        aspects=(Aspect.UNPROVEN,),
        note=f"gap ≤ {gap / 10_000:.2f} %" if gap else "",
    )


def left_out(sums: Sums) -> int:
    return sum(sums.unshipped_units.values())


def trend_of(before: int, after: int) -> Trend:
    return Trend.SAME if before == after else Trend.WORSE if after > before else Trend.BETTER


def per_cent_change(before: int, after: int) -> str:
    """`-4.8 %`, with as many decimals as it takes to see it; `=` for none; the count itself where it was nothing."""
    if before == after:
        return "="
    if before <= 0:
        return f"{after - before:+,}" if abs(after) < 1_000_000 else "new"
    change = 100 * (after - before) / before
    return f"{change:+.1f} %" if abs(change) >= 0.1 else f"{change:+.3f} %"


def mean_change(before: Sums, after: Sums, currency: str) -> str:
    """`+4.10` for each order, where a share of what was nothing says nothing; `=` for none."""
    if before.cost_milli == after.cost_milli:
        return "="
    return signed_money(
        round(after.cost_milli / max(1, after.orders) - before.cost_milli / max(1, before.orders)), currency
    )


def mean_text(total_milli: int, count: int, currency: str) -> str:
    """The mean amount, rounded half to even to minor units."""
    return amount_text(round(total_milli / (1_000 * max(1, count))), currency)


def money_of(amount_milli: int, currency: str) -> str:
    """An amount rounded to minor units."""
    return amount_text(round(amount_milli / 1_000), currency)


def signed_money(amount_milli: int, currency: str) -> str:
    """`+4.10`, `-0.35`; `0.00` without a sign."""
    text = money_of(amount_milli, currency)
    return f"+{text}" if round(amount_milli / 1_000) > 0 else text


def interval_text(interval: Interval, comparison: Comparison) -> str:
    """The interval as per cent of the cost before, or as amounts where that was nothing."""
    before = comparison.before.cost_milli
    if interval.low == interval.high:
        return ""
    if before <= 0:
        return f"95 % CI {interval.low / 1_000:+.1f} … {interval.high / 1_000:+.1f} minor units"
    low, high = (100 * comparison.orders * one / before for one in (interval.low, interval.high))
    decimals = 1 if max(abs(low), abs(high)) >= 0.1 else 3
    return f"95 % CI {low:+.{decimals}f} … {high:+.{decimals}f} %"


def share_text(part: int, whole: int) -> str:
    """`10.6 %`."""
    return f"{100 * part / max(1, whole):.1f} %"
