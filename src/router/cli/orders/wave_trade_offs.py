"""What many orders together could have had instead, at the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from router.cli.output import console, plain_table
from router.domain.currency import amount_text

if TYPE_CHECKING:
    import grpc

    from router.api.v1.wave_trade_offs_pb2 import ListWaveTradeOffsResponse, WaveSaving, WaveTradeOff

SECONDS = 60
CALL_SECONDS_MAX = 300
"""A call waits for others that compute, and the last search may end late."""


def fetch_wave_trade_offs(
    channel: "grpc.Channel", order_ids: Sequence[str], seconds: int
) -> "ListWaveTradeOffsResponse":
    from router.api.v1.routing_pb2_grpc import RoutingServiceStub
    from router.api.v1.wave_trade_offs_pb2 import ListWaveTradeOffsRequest

    request = ListWaveTradeOffsRequest(order_ids=order_ids, seconds_max=seconds)
    return RoutingServiceStub(channel).ListWaveTradeOffs(request, timeout=CALL_SECONDS_MAX)


def show_wave_trade_offs(answer: "ListWaveTradeOffsResponse", currency: str) -> None:
    """The front, what limits cost, and what runs short most."""
    screen = console()
    if not answer.order_count:
        screen.print("none of the orders is inside the joint problem")
        return
    show_front(answer, currency)
    if answer.services_without_co2e:
        screen.print(
            f"{answer.services_without_co2e:,} service levels state no CO2e and count nothing", style="dim"
        )
    for price in answer.limit_prices:
        if price.saving.most_milli:
            words = saving_words(price.saving, currency)
            screen.print(f"without the limit of {price.limit.replace('_', ' ')}: {words}")
    for row in answer.scarce_rows:
        what = f"unit of {row.sku}" if row.sku else "shipment"
        screen.print(f"one more {what} at {row.node_id}: {saving_words(row.saving, currency)}")
    if answer.left_out_order_ids:
        screen.print(f"{len(answer.left_out_order_ids):,} orders are outside the joint problem")
    if answer.cut:
        screen.print("time ended the search; with more of it the front may be better")


def show_front(answer: "ListWaveTradeOffsResponse", currency: str) -> None:
    table = plain_table(">cost", ">at least", ">days", ">shipments", ">kg CO2e", ">left out", "")
    for one in answer.trade_offs:
        table.add_row(
            amount(one.cost_milli, currency),
            amount(one.bound_milli, currency),
            f"{mean_days(one, answer.unit_count):.2f}",
            f"{one.shipment_count:,}",
            f"{one.co2e_milligrams / 1_000_000:,.3f}",
            f"{one.unshipped_units:,}",
            "decided" if one.decided else "" if one.gap_ppm else "proven",
        )
    console().print(table)
    decided = answer.decided
    if answer.HasField("decided") and not any(one.decided for one in answer.trade_offs):
        console().print(
            f"decided, and beaten by a line above: {amount(decided.cost_milli, currency)}, "
            f"{mean_days(decided, answer.unit_count):.2f} days, {decided.shipment_count:,} shipments, "
            f"{decided.co2e_milligrams / 1_000_000:,.3f} kg"
        )


def mean_days(one: "WaveTradeOff", unit_count: int) -> float:
    """From the decision to delivery, over the units that ship."""
    return one.unit_days / max(1, unit_count - one.unshipped_units)


def saving_words(saving: "WaveSaving", currency: str) -> str:
    """`3.20 USD less`, and how far from it the truth can be."""
    least, found, most = (
        amount(milli, currency) for milli in (saving.least_milli, saving.found_milli, saving.most_milli)
    )
    if least == most:
        return f"{found} {currency} less"
    return f"{found} {currency} less found, {least} to {most} proven"


def amount(milli: int, currency: str) -> str:
    from router.service.money import round_half_even

    return amount_text(round_half_even(milli), currency)
