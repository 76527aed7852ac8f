"""Certificates at the terminal: fetched from a server, and checked without one."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import client_options, connected, read_file
from router.cli.failures import CommandFailed, Exit
from router.cli.output import print_json

if TYPE_CHECKING:
    import grpc

CERTIFICATE_SECONDS_MAX = 600


def chunks_of(channel: "grpc.Channel", order_ids: Sequence[str]) -> Iterator[bytes]:
    """The certificate of these orders, as the server sends it."""
    from router.api.v1.routing_pb2 import ExportCertificateRequest
    from router.api.v1.routing_pb2_grpc import RoutingServiceStub

    request = ExportCertificateRequest(order_ids=order_ids)
    for answer in RoutingServiceStub(channel).ExportCertificate(request, timeout=CERTIFICATE_SECONDS_MAX):
        yield answer.chunk


def write_certificate(channel: "grpc.Channel", order_ids: Sequence[str], to: str) -> None:
    """The same into a file that is not there yet."""
    try:
        with Path(to).open("xb") as file:
            file.writelines(chunks_of(channel, order_ids))
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"cannot write `{to}`: {error.strerror}") from error


@click.command()
@click.argument("order_ids", metavar="ID...", nargs=-1, required=True)
@client_options
def certificate(order_ids: tuple[str, ...], address: str, tls_ca: str | None, as_json: bool) -> None:
    """Print the certificate of one order, or of several that were decided together: JSON lines, see `router verify`."""
    with connected(address, tls_ca) as channel:
        for chunk in chunks_of(channel, order_ids):
            sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
@click.option(
    "--sample",
    default=200,
    show_default=True,
    type=click.IntRange(1),
    help="Of more orders than this, price a sample again; all others are still added up.",
)
@click.option("--seed", default=1, show_default=True, help="Chooses the sample.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(file: str, sample: int, seed: int, as_json: bool) -> None:
    """Check the certificate in FILE: seal, costs, limits and bound. Needs no server and shares no code with one.

    Exit code 0 accepts, 1 rejects. The same program runs alone: `python certificate.py FILE`.
    """
    from router.referee.certificate import check_text, sentences

    verdict = check_text(read_file(file), priced_max=sample, seed=seed)
    if as_json:
        print_json(
            accepted=verdict.is_accepted,
            faults=verdict.faults,
            orders=verdict.orders,
            left_out=verdict.left_out,
            priced=verdict.priced,
            too_large=verdict.too_large,
            cost_milli=verdict.cost_milli,
            bound_milli=verdict.bound_milli,
            seal=verdict.seal,
        )
    else:
        for sentence in sentences(verdict):
            click.echo(sentence)
    if not verdict.is_accepted:
        raise click.exceptions.Exit(Exit.FINDINGS)
