"""`router backtest`: what other ways of deciding would have come to on recorded orders."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from router.cli.connection import address_options
from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.output import console, plain_table, print_json
from router.cli.samples import LAST, fetch_sample, read_sample, refuse_unwritable, rules_in_force, write_file
from router.domain.currency import amount_text

if TYPE_CHECKING:
    from router.planning.effects.sample import Sample
    from router.routing.world import World
    from router.simulation.policies.compare import Comparison
    from router.simulation.policies.stream import Stream


@click.group(cls=Group)
def backtest() -> None:
    """Try other ways of deciding on recorded orders."""


@backtest.command()
@click.option(
    "--last", default=LAST, show_default=True, type=click.IntRange(1, 100_000), help="So many orders of it."
)
@click.option(
    "--orders",
    "orders_file",
    type=click.Path(path_type=Path),
    help="Recorded orders saved by `router rules plan`; no server is asked.",
)
@click.option(
    "--days", default=7, show_default=True, type=click.IntRange(1, 56), help="How far to look ahead."
)
@click.option(
    "--refresh-hours",
    default=1,
    show_default=True,
    type=click.IntRange(1, 1_000),
    help="When prices are made anew.",
)
@click.option(
    "--sells",
    type=click.IntRange(1, 100),
    help="Per cent of what is there that is meant to be sold: goods laid in for a season.",
)
@click.option(
    "--laid-in-near",
    is_flag=True,
    help="With --sells: stock came, since the first of these orders, to the nodes nearest to who wants it.",
)
@click.option("--picture", type=click.Path(path_type=Path), help="Draw what was saved, as an SVG file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@address_options
def policy(
    last: int,
    orders_file: Path | None,
    days: int,
    refresh_hours: int,
    sells: int | None,
    laid_in_near: bool,
    picture: Path | None,
    as_json: bool,
    tls_ca: str | None,
    address: str,
) -> int:
    """Compare deciding as today, looking ahead, and knowing everything beforehand.

    Recorded orders are decided again one by one, under the rules and the network in force, on the stock that they
    were decided on. Looking ahead knows only the orders before. Changes nothing. Exits with 1 if there are no orders.
    """
    if laid_in_near and sells is None:
        raise CommandFailed(
            Exit.USAGE, "--laid-in-near needs --sells: how much of what was laid in is meant to be sold"
        )
    refuse_unwritable(picture)
    sample = read_sample(orders_file) if orders_file else fetch_sample(address, tls_ca, last)
    stream, world = stream_and_world(sample)
    with click.progressbar(
        length=2 * len(stream.steps), label="deciding", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        # Solver and rules load numpy, which no other command should wait for.
        from router.routing.look_ahead.seasonal import expect
        from router.routing.look_ahead.sell_through import repeat
        from router.simulation.policies.compare import compare

        comparison = compare(
            stream,
            world,
            days=days,
            refresh_hours=refresh_hours,
            forecaster=expect if sells is None else repeat,
            sells_percent=sells,
            is_laid_in_near=laid_in_near,
            advance=lambda: bar.update(1),
        )
    currency = world.network.network.currency
    if as_json:
        print_json(**figures_of(comparison), currency=currency, orders=len(stream.steps))
    else:
        show(comparison, currency)
    if picture:
        from router.simulation.policies.picture import draw

        write_file(picture, draw(comparison, currency).encode())
        click.echo(f"picture: {picture}", err=True)
    return Exit.DONE


def stream_and_world(sample: "Sample") -> "tuple[Stream, World]":
    """The recorded stream, and the world in force to decide it in; orders that this one cannot decide are left out."""
    from router.routing.network.prepared import prepare, unpack_network
    from router.routing.world import World
    from router.simulation.policies.stream import Stream, recorded_stream

    decisions = [one.decision for one in sample.sampled()]
    packed = sample.networks.get(sample.network_digest)
    if packed is None or not decisions:
        raise CommandFailed(
            Exit.FINDINGS,
            "there are no recorded orders of the network in force to try policies on",
            reason="NO_ORDERS",
            lines=["help: route some orders first, or name saved ones with --orders"],
        )
    network = prepare(unpack_network(packed))
    products = {product.sku: product for one in decisions for product in one.inputs.products}
    world = World(network=network, products=products, rules=rules_in_force(sample))
    stream = recorded_stream(decisions)
    steps = tuple(
        step
        for step in stream.steps
        if network.network.find_point(step.request.order.destination) is not None
        and (step.request.order.pickup_node_id or "") in ("", *network.node_index)
    )
    return Stream(steps=steps), world


def figures_of(comparison: "Comparison") -> dict[str, Any]:
    """All figures, amounts in thousandths of a minor unit."""
    return {
        **{
            course.name.replace("-", "_"): {
                "cost_milli": course.cost_milli,
                "shipments": course.shipments,
                "split_orders": course.split_orders,
                "unshipped_units": course.unshipped_units,
                "refreshes": course.refreshes,
            }
            for course in (comparison.myopic, comparison.look_ahead)
        },
        "clairvoyant": {"cost_milli": comparison.clairvoyant_milli},
        "gap_closed_percent": comparison.gap_closed_percent,
    }


def show(comparison: "Comparison", currency: str) -> None:
    """The comparison as a table."""
    table = plain_table("policy", ">cost", ">than myopic", ">shipments", ">split orders", ">left out")
    myopic = comparison.myopic.cost_milli
    for course in (comparison.myopic, comparison.look_ahead):
        table.add_row(
            course.name,
            amount_text(round(course.cost_milli / 1000), currency),
            share(course.cost_milli, myopic),
            f"{course.shipments:,}",
            f"{course.split_orders:,}",
            f"{course.unshipped_units:,}",
        )
    least = comparison.clairvoyant_milli
    table.add_row(
        "clairvoyant, at least", amount_text(round(least / 1000), currency), share(least, myopic), "", "", ""
    )
    console().print(table)
    closed = comparison.gap_closed_percent
    words = (
        "there is nothing to save" if closed is None else f"looking ahead closes {closed:.1f} % of the gap"
    )
    console().print(f"{words}; prices were made {comparison.look_ahead.refreshes:,} times")


def share(cost: int, myopic: int) -> str:
    """`-2.35 %`: what it is dearer or cheaper than myopic."""
    return f"{100 * (cost - myopic) / myopic:+.2f} %" if cost != myopic else "–"
