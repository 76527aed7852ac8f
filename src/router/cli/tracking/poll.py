"""`router tracking poll`: asks a carrier about all that it has under way, once or again and again."""

import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected, read_file
from router.cli.failures import CommandFailed, Exit
from router.cli.output import print_json

if TYPE_CHECKING:
    import grpc

PAGE = 500


@click.command()
@click.option(
    "--shape", required=True, type=click.Choice(["dhl", "own"]), help="How its answers are written."
)
@click.option("--url", required=True, metavar="URL", help="Where it is asked.")
@click.option("--key", metavar="FILE", help="The key of its API.")
@click.option(
    "--carrier", default="", metavar="ID", help="Only what travels by its service levels.  [default: all]"
)
@click.option(
    "--every", type=click.IntRange(10, 86_400), metavar="SECONDS", help="Again so often; else once."
)
@client_options
def poll(
    shape: str,
    url: str,
    key: str | None,
    carrier: str,
    every: int | None,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Ask a carrier about all that it has under way and record what it says; what is known is recorded once."""
    from functools import partial

    from router.cli.logs import set_up_logs
    from router.cli.tracking.record import record

    try:
        from router.connectors.tracking.poll import Poller
    except ImportError as error:
        raise CommandFailed(
            Exit.USAGE,
            f"asking carriers needs what is not here ({error}); install it with: pip install 'router[http]'",
        ) from error
    set_up_logs(os.environ.get("ROUTER_LOG", ""))
    secret = read_file(key).decode("utf-8", "replace").strip() if key else ""
    with connected(address, tls_ca) as channel:
        poller = Poller(shape, url, secret, partial(record, channel))
        while True:
            numbers = list(dict.fromkeys(under_way(channel, carrier)))
            counts = poller.ask_all(numbers)
            if as_json:
                print_json(asked=len(numbers), **counts)
            else:
                told = ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items())) or "nothing"
                click.echo(f"{len(numbers):,} shipments asked for: {told}")
            if every is None:
                poller.close()
                return
            time.sleep(every)


def under_way(channel: "grpc.Channel", carrier: str) -> Iterator[str]:
    """The tracking numbers of what left and has not arrived."""
    from router.api.v1 import fulfillment_pb2 as pb
    from router.api.v1.fulfillment_pb2_grpc import FulfillmentServiceStub

    states = (
        pb.SHIPMENT_STATE_DISPATCHED,
        pb.SHIPMENT_STATE_IN_TRANSIT,
        pb.SHIPMENT_STATE_OUT_FOR_DELIVERY,
        pb.SHIPMENT_STATE_LOST,
    )
    fulfillment = FulfillmentServiceStub(channel)
    for state in states:
        token, is_first = "", True
        while token or is_first:
            is_first = False
            request = pb.ListShipmentsRequest(page_size=PAGE, page_token=token, state=state)
            page = fulfillment.ListShipments(request, timeout=TIMEOUT_SECONDS)
            token = page.next_page_token
            for one in page.records:
                is_its = not carrier or one.service_level_id.startswith(f"{carrier}/")
                if one.tracking_number and is_its:
                    yield one.tracking_number
