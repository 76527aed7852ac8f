"""`router wave`: decide the orders of a file jointly, and say how far the whole is from its proven bound."""

import hashlib
import json
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from router.cli.connection import client_options, connected, read_file
from router.cli.failures import CommandFailed, Exit
from router.cli.orders.certificate import write_certificate
from router.cli.orders.wave_trade_offs import SECONDS, fetch_wave_trade_offs, show_wave_trade_offs
from router.cli.output import as_dict, console, head, plain_table, print_json
from router.domain.currency import amount_text

if TYPE_CHECKING:
    from router.api.v1.order_pb2 import Order
    from router.api.v1.routing_pb2 import RouteResult, RouteWaveRequest, WaveProgress, WaveSummary

WAVE_SECONDS_MAX = 3_600
ORDERS_PER_MESSAGE = 500
REFUSALS_SHOWN_MAX = 10


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
@click.option("--validate-only", is_flag=True, help="Decide and answer as usual but book nothing.")
@click.option(
    "--request-id", default="", metavar="KEY", help="Idempotency key; the digest of the file if left out."
)
@click.option(
    "--certificate",
    "certificate_file",
    type=click.Path(dir_okay=False),
    metavar="TO",
    help="Also write the certificate of what was booked to TO, which must not be there yet; see `router verify`.",
)
@click.option(
    "--seconds",
    type=click.IntRange(1, 600),
    metavar="N",
    help="End the search after N seconds with the best plans so far; without it, when its effort is spent.",
)
@click.option(
    "--trade-offs",
    "with_trade_offs",
    is_flag=True,
    help="Also say what the orders booked could have had instead, over cost, days, shipments and CO2e.",
)
@client_options
def wave(
    file: str,
    validate_only: bool,
    request_id: str,
    certificate_file: str | None,
    seconds: int | None,
    with_trade_offs: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Decide the orders of FILE jointly: one order of the contract as JSON on each line.

    Sent again, the same file is answered as before and nothing is booked twice. Meanwhile it is told how far the plans
    are from their proven bound; ctrl-C ends the search, and nothing is booked unless it was being booked already.
    """
    from router.api.v1.routing_pb2_grpc import RoutingServiceStub
    from router.cli.orders.order import currency_of

    if certificate_file and validate_only:
        raise click.UsageError(
            "--certificate is of booked decisions, --validate-only books none; leave one out"
        )
    if with_trade_offs and validate_only:
        raise click.UsageError(
            "--trade-offs is of booked decisions, --validate-only books none; leave one out"
        )
    text = read_file(file)
    orders = list(read_orders(file, text))
    key = request_id or f"wave/{hashlib.sha256(text).hexdigest()[:32]}"
    results: list[RouteResult] = []
    phases: list[dict[str, Any]] = []
    summary: WaveSummary | None = None
    with connected(address, tls_ca) as channel:
        currency = currency_of(channel)
        parts = wave_parts(orders, key, validate_only=validate_only, seconds=seconds or 0)
        for answer in RoutingServiceStub(channel).RouteWave(parts, timeout=WAVE_SECONDS_MAX):
            if answer.HasField("progress"):
                phases.append(phase_of(answer.progress))
                click.echo(phase_line(answer.progress, currency), err=True)
            results += answer.results.results
            if answer.HasField("summary"):
                summary = answer.summary
        booked = [one.routed.order_id for one in results if one.HasField("routed")]
        if certificate_file and booked:
            write_certificate(channel, booked, certificate_file)
        weighed = fetch_wave_trade_offs(channel, booked, SECONDS) if with_trade_offs and booked else None
    assert summary is not None, "the summary ends every wave that was not refused"
    if as_json:
        print_json(
            summary=as_dict(summary),
            phases=phases,
            results=[as_dict(one) for one in results],
            currency=currency,
            **({} if weighed is None else {"trade_offs": as_dict(weighed)}),
        )
        return
    show_wave(summary, results, currency, is_booked=not validate_only)
    if weighed is not None:
        show_wave_trade_offs(weighed, currency)


def phase_of(progress: "WaveProgress") -> dict[str, Any]:
    """Costs in thousandths of a minor unit; 0 before there are joint plans."""
    return {
        "phase": progress.phase,
        "elapsed_seconds": round(progress.elapsed_micros / 1e6, 3),
        "objective_milli": progress.objective_milli,
        "bound_milli": progress.bound_milli,
        "gap_ppm": progress.gap_ppm,
    }


def phase_line(progress: "WaveProgress", currency: str) -> str:
    """When, what, and once there are joint plans what they cost and how far that is from the bound."""
    line = f"{progress.elapsed_micros / 1e6:8.2f} s  {progress.phase.lower().replace('_', ' ')}"
    if not progress.bound_milli:
        return line
    from router.service.money import round_half_even

    cost = amount_text(round_half_even(progress.objective_milli), currency)
    return f"{line:<28} {cost} {currency}, gap {progress.gap_ppm / 10_000:.2f} %"


def read_orders(file: str, text: bytes) -> "Iterator[Order]":
    """The orders of the file's lines; empty lines are passed over."""
    from google.protobuf.json_format import ParseDict, ParseError

    from router.api.v1.order_pb2 import Order

    for number, line in enumerate(text.removeprefix(BOM_UTF8).splitlines(), start=1):
        if line.strip():
            try:
                yield ParseDict(json_object(line), Order())
            except (ValueError, RecursionError, ParseError) as error:
                said = str(error).rstrip(".")
                raise CommandFailed(
                    Exit.USAGE,
                    f"{file}:{number}: not an order as JSON: {said}; write one order on each line",
                ) from error


def json_object(line: bytes) -> dict[str, Any]:
    """The object that a line of UTF-8 is. Refuses anything else with ValueError."""
    found = json.loads(line.decode())
    if not isinstance(found, dict):
        raise ValueError("it is no object")
    return found


def wave_parts(
    orders: "list[Order]", request_id: str, *, validate_only: bool, seconds: int = 0
) -> "Iterator[RouteWaveRequest]":
    """The header, then the orders in chunks."""
    from router.api.v1.routing_pb2 import RouteWaveRequest, WaveHeader, WaveOrders

    header = WaveHeader(
        request_id="" if validate_only else request_id,
        validate_only=validate_only,
        search_seconds_max=seconds,
    )
    yield RouteWaveRequest(header=header)
    for begin in range(0, len(orders), ORDERS_PER_MESSAGE):
        yield RouteWaveRequest(orders=WaveOrders(orders=orders[begin : begin + ORDERS_PER_MESSAGE]))


def show_wave(
    summary: "WaveSummary", results: "list[RouteResult]", currency: str, *, is_booked: bool
) -> None:
    """Where from the orders ship, what they cost, what the search says of that, and who was refused."""
    screen = console()
    routed = [one.routed for one in results if one.HasField("routed")]
    refused = [one.error for one in results if one.HasField("error")]
    shipments = [shipment for one in routed for shipment in one.plan.shipments]
    told = (
        "replayed, nothing booked again" if summary.replayed else "booked" if is_booked else "nothing booked"
    )
    screen.print(
        head(f"{summary.order_count:,} orders", f"{summary.joint_count:,} of them decided jointly; {told}")
    )
    table = plain_table("node", ">shipments")
    for node_id, count in sorted(Counter(shipment.node_id for shipment in shipments).items()):
        table.add_row(node_id, f"{count:,}")
    if shipments:
        screen.print(table)
    total = sum(one.plan.total_minor for one in routed)
    screen.print(
        f"{summary.served_count:,} ship whole, {len(routed) - summary.served_count:,} not, {len(refused):,} refused; "
        f"total {amount_text(total, currency)} {currency}"
    )
    for line in lines_of_search(summary, currency):
        screen.print(line)
    for error in refused[:REFUSALS_SHOWN_MAX]:
        screen.print(f"{error.order_id}: {error.reason}, {error.message}")
    if len(refused) > REFUSALS_SHOWN_MAX:
        screen.print(f"and {len(refused) - REFUSALS_SHOWN_MAX:,} more refused; --json names all")


def lines_of_search(summary: "WaveSummary", currency: str) -> "Iterator[str]":
    """How far the joint plans are proven, and what the search left aside."""
    from router.service.money import round_half_even

    if summary.joint_count:
        cost, bound = (round_half_even(milli) for milli in (summary.objective_milli, summary.bound_milli))
        yield (
            f"joint part {amount_text(cost, currency)}, proven at least {amount_text(bound, currency)}: "
            f"gap {summary.gap_ppm / 10_000:.2f} %"
        )
    else:
        yield "decided one by one, which cost no more"
    if summary.search_cut:
        yield "time ended the search; with more of it the plans may cost less"
    if summary.redecided_count:
        yield (
            f"{summary.redecided_count:,} got another plan than the search found: stock or capacity changed meanwhile"
        )
    if without := summary.without_substitutes_order_ids:
        more = f" and {len(without) - REFUSALS_SHOWN_MAX:,} more" * (len(without) > REFUSALS_SHOWN_MAX)
        yield (
            f"{len(without):,} decided jointly, without the substitutes that rules offer:"
            f" {', '.join(without[:REFUSALS_SHOWN_MAX])}{more}; router order reroute looks at them"
        )
    if summary.without_transfers_count:
        yield (
            f"{summary.without_transfers_count:,} decided jointly, so that none of their units moves first"
            " by a transfer lane"
        )
