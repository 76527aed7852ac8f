"""`router backtest trade-offs`: what recorded orders could have had instead, all together."""

import time
from pathlib import Path

import click

from router.cli.backtest.backtest import stream_and_world
from router.cli.connection import address_options
from router.cli.failures import CommandFailed, Exit
from router.cli.orders.wave_trade_offs import show_wave_trade_offs
from router.cli.output import as_dict, print_json
from router.cli.samples import fetch_sample, read_sample, refuse_unwritable, write_file


@click.command("trade-offs")
@click.option(
    "--last", default=200, show_default=True, type=click.IntRange(1, 2_000), help="So many orders of it."
)
@click.option(
    "--orders",
    "orders_file",
    type=click.Path(path_type=Path),
    help="Recorded orders saved by `router rules plan`; no server is asked.",
)
@click.option(
    "--searches", default=12, show_default=True, type=click.IntRange(1, 200), help="For the front, at most."
)
@click.option(
    "--seconds",
    type=click.IntRange(1, 86_400),
    help="End the search after so many; without it, when it is done.",
)
@click.option("--picture", type=click.Path(path_type=Path), help="Draw the front, as an SVG file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@address_options
def backtest_trade_offs(
    last: int,
    orders_file: Path | None,
    searches: int,
    seconds: int | None,
    picture: Path | None,
    as_json: bool,
    tls_ca: str | None,
    address: str,
) -> int:
    """Say what recorded orders could have had instead: their front over cost, days, shipments and CO2e.

    All orders are known and all stock is there from the beginning, under the rules and the network in force: nobody who
    decides in turn can do better. Changes nothing. Exits with 1 if there are no orders.
    """
    refuse_unwritable(picture)
    sample = read_sample(orders_file) if orders_file else fetch_sample(address, tls_ca, last)
    stream, world = stream_and_world(sample)
    if not stream.steps:
        raise CommandFailed(
            Exit.FINDINGS, "the network in force can decide none of the recorded orders", reason="NO_ORDERS"
        )
    # The solver loads numpy, which no other command should wait for.
    from router.routing.trade_offs.together import Asking
    from router.service.to_proto.wave_trade_offs import wave_trade_offs_message
    from router.simulation.policies.stream_front import draw_stream_front, front_of

    begin = time.monotonic()

    def keep_going(percent: int) -> bool:
        return seconds is None or time.monotonic() - begin < seconds * percent / 100

    found = front_of(stream, world, Asking(searches_max=searches, keep_going=keep_going))
    currency = world.network.network.currency
    message = wave_trade_offs_message(found)
    if as_json:
        print_json(**as_dict(message), currency=currency)
    else:
        show_wave_trade_offs(message, currency)
    if picture and found.points:
        write_file(picture, draw_stream_front(found, currency).encode())
        click.echo(f"picture: {picture}", err=True)
    return Exit.DONE
