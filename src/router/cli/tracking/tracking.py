"""`router tracking`: where shipments are, webhooks of carriers, and questions to them."""

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, print_json
from router.cli.tracking.poll import poll
from router.cli.tracking.serve import serve


@click.group(cls=Group)
def tracking() -> None:
    """Shipments on their way."""


@tracking.command()
@click.argument("name", metavar="ID|NUMBER")
@client_options
def show(name: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Show where a shipment is, by its id or by the carrier's number, and when it is expected."""
    from router.api.v1.tracking_pb2 import GetTrackingRequest
    from router.api.v1.tracking_pb2_grpc import TrackingServiceStub

    is_id = name.rpartition("/")[2].isdigit() and "/" in name
    request = GetTrackingRequest(shipment_id=name) if is_id else GetTrackingRequest(tracking_number=name)
    with connected(address, tls_ca) as channel:
        answer = TrackingServiceStub(channel).GetTracking(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(tracking=as_dict(answer))
        return
    expected = answer.expected_date or answer.record.delivery_date
    if answer.earliest_date and answer.earliest_date != answer.latest_date:
        expected += f" (likely {answer.earliest_date} to {answer.latest_date})"
    console().print(
        f"{answer.record.shipment_id}: {enum_word(answer.record, 'state')}, expected {expected},"
        f" promised {answer.record.promised_date}"
    )
    for report in answer.reports:
        where = f" at {report.place}" if report.place else ""
        console().print(f"  {report.time.ToJsonString()} {enum_word(report, 'status')}{where} {report.code}")


tracking.add_command(serve)
tracking.add_command(poll)
