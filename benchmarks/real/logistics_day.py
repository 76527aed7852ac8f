"""One day of a real supply chain: 4,573 orders, 19 plants with daily limits, nine carriers; through gRPC, all checked.

`python -m benchmarks.real.logistics_day`
"""

from collections.abc import Sequence

from benchmarks.real.data import leave_if_absent
from benchmarks.real.logistics_bound import flow_order, most_served
from benchmarks.real.logistics_check import Judge, Served
from benchmarks.real.logistics_input import FILES, read_input
from benchmarks.real.logistics_run import Run, jointly, one_by_one, send

SEMANTICS = """
* One order is one consignment: a SKU of its own with the order's weight, one unit of it at every plant that supplies
  the product. It cannot be split and takes one of the plant's shipments of the day.
* DTD orders may use the DTD rows, DTP orders the DTP rows of any carrier from any port of the plant; a CRF order is
  collected by the customer, costs no freight and needs no port. Transit times bind nobody.
* A row charges max(minimum, rate x weight), rounded up to cents, for each order alone. Rows of one table that overlap
  are all offered, the cheapest counts. A weight between two bands belongs to the upper one; grams are rounded up.
* Storage is the plant's cost per unit x the order's units. The objective is storage + freight.
* A plant is used only while it has a shipment left that day; the others are backordered and sent again next day.
""".strip()


def main() -> None:
    leave_if_absent(*FILES)
    data = read_input()
    judge = Judge(data)
    bound = most_served(judge)
    in_file_order = [order.id for order in data.orders]
    print(f"# One day of a supply chain: {len(data.orders):,} orders, {len(data.plants)} plants\n")
    print("What is assumed:\n")
    print(SEMANTICS)
    print(f"\nMaximum-flow bound: {bound:,} orders can be served on the first day, by any method.\n")
    runs = [
        send(data, "one by one, order of the file", in_file_order, one_by_one),
        send(data, "one by one, flexible orders last", flow_order(judge), one_by_one),
        send(data, "jointly, one wave a day", in_file_order, jointly),
    ]
    print(
        "| run | served on day 1 | of the bound | day 1 cost per order | seconds | proof | served by day | all days |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for run in runs:
        print(_row(run, bound))
    print()
    for run in runs:
        faults = [fault for served in run.days for fault in judge.faults_of(served)]
        print(
            f"* {run.name}: independent check: {'; '.join(faults[:5]) or 'no constraint broken, all amounts right'}"
        )
    print()
    print("\n".join(_history(judge, runs)))


def _row(run: Run, bound: int) -> str:
    first, every = run.days[0], [each for day in run.days for each in day]
    by_day = ", ".join(f"{len(day):,}" for day in run.days)
    return (
        f"| {run.name} | {len(first):,} | {len(first) / bound:.2%} | {_per_order(first)} | {run.first_day_seconds:.1f} "
        f"| {run.proof} | {by_day} | {_per_order(every)} |"
    )


def _history(judge: Judge, runs: Sequence[Run]) -> list[str]:
    """The historical assignment priced by the same tariff, on all orders and on those that each run served first."""
    history = judge.price_history()
    cost = {order: history.storage_minor[order] + freight for order, freight in history.freight_minor.items()}
    broken = ", ".join(f"{count:,} {what}" for what, count in history.broken.items())
    lines = [
        "History (its own plant and carrier) priced by the same tariff:\n",
        f"* limits it broke: {broken}",
        f"* all {len(cost):,} orders that can be priced: {_usd(sum(cost.values()) / len(cost))} an order",
    ]
    for run in runs:
        both = [served for served in run.days[0] if served.order_id in cost]
        theirs = sum(cost[served.order_id] for served in both) / len(both)
        lines.append(
            f"* the {len(both):,} orders that `{run.name}` served on day 1: history {_usd(theirs)}, "
            f"router {_per_order(both)} an order"
        )
    return lines


def _per_order(served: Sequence[Served]) -> str:
    return _usd(sum(each.storage_minor + each.freight_minor for each in served) / len(served))


def _usd(minor: float) -> str:
    return f"${minor / 100:,.2f}"


if __name__ == "__main__":
    main()
