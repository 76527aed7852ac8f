"""One day of a real supply chain: 4,573 orders, 19 plants with daily limits, nine carriers; through gRPC, all checked.

`python -m benchmarks.real.logistics_day`
"""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.real.data import leave_if_absent
from benchmarks.real.logistics_bound import flow_order, most_served
from benchmarks.real.logistics_check import Judge, Served
from benchmarks.real.logistics_input import FILES, Input, read_input
from benchmarks.real.logistics_world import (
    DAY_MICROS,
    consignments,
    network_of,
    order_of,
    rule_pack,
    stock_of,
)
from router.api.v1 import order_pb2, routing_pb2
from router.domain.identifiers import Instant, OrderId
from router.simulation.client import RouterClient
from router.simulation.server_process import running_server

ORDERS_PER_BATCH = 100
DAYS_MAX = 5

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One way of sending the day's orders: what was served on each day."""

    name: str
    days: tuple[tuple[Served, ...], ...]
    optimal_count: int


def main() -> None:
    leave_if_absent(*FILES)
    data = read_input()
    judge = Judge(data)
    bound = most_served(judge)
    print("# One day of a supply chain\n")
    print(
        f"{len(data.orders):,} orders, {len(data.plants)} plants, {len(data.rates):,} rate rows. What is assumed:\n"
    )
    print(SEMANTICS, "\n")
    print(f"Maximum-flow bound of the first day: {bound:,} orders can be served, by any method.\n")
    runs = [
        send(data, "one by one, in the order of the file", [order.id for order in data.orders]),
        send(data, "one by one, flexible orders last", flow_order(judge)),
    ]
    print(
        "| run | served on day 1 | share of the bound | served by day | storage | freight | cost per order | optimal |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for run in runs:
        print(_row(run, bound))
    print()
    for run in runs:
        faults = [fault for served in run.days for fault in judge.faults_of(served)]
        print(
            f"* {run.name}: independent check of all days: {'; '.join(faults[:5]) or 'no constraint broken'}"
        )
    print()
    print("\n".join(_history(judge, runs[0])))


def send(data: Input, name: str, sequence: Sequence[str]) -> Run:
    """Routes all orders in that sequence on the first day, and what is left on each following day."""
    with (
        tempfile.TemporaryDirectory(prefix="router-logistics-") as folder,
        running_server(Path(folder) / "day.sqlite", rule_pack(data, Path(folder) / "rules")) as server,
        RouterClient(server.address) as client,
    ):
        client.put_network(network_of(data), "network")
        client.put_products(consignments(data), "products")
        client.upload_stock("plants", 1, stock_of(data), "stock")
        days: list[tuple[Served, ...]] = []
        optimal, waiting = 0, list(sequence)
        while waiting and len(days) < DAYS_MAX:
            plans = _send_day(client, data, waiting, len(days))
            optimal += sum(plan.status == order_pb2.SOLUTION_STATUS_OPTIMAL for plan in plans.values())
            days.append(tuple(_served(order_id, plan) for order_id, plan in plans.items() if plan.shipments))
            waiting = [order_id for order_id in waiting if not plans[order_id].shipments]
            for order_id in waiting:
                client.cancel(
                    _sent_id(order_id, len(days) - 1),
                    {},
                    "sent again tomorrow",
                    f"again/{order_id}/{len(days)}",
                )
        assert client.audit().clean, "the ledger's audit is not clean"
    return Run(name=name, days=tuple(days), optimal_count=optimal)


def _send_day(
    client: RouterClient, data: Input, waiting: Sequence[str], day: int
) -> dict[str, order_pb2.Plan]:
    plans = {}
    by_id = {order.id: order for order in data.orders}
    for first in range(0, len(waiting), ORDERS_PER_BATCH):
        batch = waiting[first : first + ORDERS_PER_BATCH]
        orders = [replace(order_of(by_id[order_id]), id=_sent_id(order_id, day)) for order_id in batch]
        time = Instant(orders[0].place_time + day * DAY_MICROS)
        for order_id, result in zip(batch, client.route_batch(orders, f"{day}/{first}", time), strict=True):
            plans[order_id] = _plan(result)
    return plans


def _sent_id(order_id: str, day: int) -> OrderId:
    """An order that is sent again on a later day is a new order to the router."""
    return OrderId(f"{order_id}.{day + 1}")


def _plan(result: routing_pb2.RouteResult) -> order_pb2.Plan:
    assert result.HasField("routed"), f"refused: {result.error.reason} {result.error.message}"
    return result.routed.plan


def _served(order_id: str, plan: order_pb2.Plan) -> Served:
    (shipment,) = plan.shipments
    costs = Counter[int]()
    for part in plan.costs:
        costs[part.kind] += part.amount_minor
    return Served(
        order_id=order_id,
        plant=shipment.node_id,
        service_level=shipment.service_level_id,
        freight_minor=costs[order_pb2.COST_KIND_FREIGHT],
        storage_minor=costs[order_pb2.COST_KIND_RULE],
        total_minor=plan.total_minor,
    )


def _row(run: Run, bound: int) -> str:
    served = [each for day in run.days for each in day]
    storage, freight = (sum(e.storage_minor for e in served), sum(e.freight_minor for e in served))
    by_day = ", ".join(f"{len(day):,}" for day in run.days)
    per_order = _usd(round((storage + freight) / len(served)))
    return (
        f"| {run.name} | {len(run.days[0]):,} | {len(run.days[0]) / bound:.2%} | {by_day} | {_usd(storage)} "
        f"| {_usd(freight)} | {per_order} | {run.optimal_count:,} decisions |"
    )


def _history(judge: Judge, run: Run) -> list[str]:
    """The historical assignment priced by the same tariff, on the orders of the first day and on all."""
    history = judge.price_history()
    first_day = {served.order_id: served for served in run.days[0]}
    both = [order_id for order_id in first_day if order_id in history.storage_minor]
    ours = sum(first_day[o].storage_minor + first_day[o].freight_minor for o in both)
    theirs = sum(history.storage_minor[o] + history.freight_minor[o] for o in both)
    broken = ", ".join(f"{count:,} {what}" for what, count in history.broken.items())
    priced = list(history.storage_minor)
    total = sum(history.storage_minor[o] + history.freight_minor[o] for o in priced)
    return [
        "History (its own plant and carrier) priced by the same tariff:\n",
        f"* limits it broke: {broken}",
        f"* all {len(priced):,} orders that can be priced: {_usd(round(total / len(priced)))} an order",
        f"* the {len(both):,} of them that the first run served on day 1: history {_usd(round(theirs / len(both)))}, "
        f"router {_usd(round(ours / len(both)))} an order",
    ]


def _usd(minor: int) -> str:
    return f"${minor / 100:,.2f}"


if __name__ == "__main__":
    main()
