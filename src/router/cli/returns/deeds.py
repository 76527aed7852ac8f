"""`router return receive`, `inspect`, `cancel`, `claim` and `replace`: what happens to a return or claim."""

import uuid
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.output import as_dict, console, enum_word, print_json
from router.domain.currency import amount_text

if TYPE_CHECKING:
    from router.api.v1.returns_pb2 import Return

DISPOSITIONS = ("RESTOCK", "REFURBISH", "SCRAP", "RETURN_TO_VENDOR", "QUARANTINE")
CAUSES = ("LOST", "DAMAGED", "GOODWILL")


def units_of(text: str, option: str = "--unit") -> tuple[str, int]:
    """`RED-CLOCK=2`: two red clocks."""
    name, equals, units = text.rpartition("=")
    if not (name and equals and units.isascii() and units.isdigit()):
        raise click.UsageError(f"{option} is `{text}`, must be a name and its units, such as `RED-CLOCK=2`")
    return name, int(units)


@click.command()
@click.argument("return_id", metavar="RETURN")
@click.option("--unit", "units", multiple=True, required=True, metavar="SKU=UNITS", help="What arrived.")
@click.option("--node", "node_id", default="", metavar="ID", help="Where; otherwise where it was to go.")
@click.option("--close", is_flag=True, help="Nothing more is awaited.")
@click.option(
    "--extra", "accepts_extra", is_flag=True, help="It is true that so many more came than were announced."
)
@client_options
def receive(
    return_id: str,
    units: tuple[str, ...],
    node_id: str,
    close: bool,
    accepts_extra: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Book units of RETURN that arrived."""
    from router.api.v1.returns_pb2 import ReceiveReturnRequest, ReturnedUnits
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub

    request = ReceiveReturnRequest(
        return_id=return_id,
        lines=[ReturnedUnits(sku=sku, quantity=quantity) for sku, quantity in map(units_of, units)],
        node_id=node_id,
        close=close,
        accept_extra=accepts_extra,
        request_id=f"cli/{uuid.uuid4()}",
    )
    with connected(address, tls_ca) as channel:
        answer = ReturnsServiceStub(channel).ReceiveReturn(request, timeout=TIMEOUT_SECONDS)
    show(answer.record, as_json=as_json, problem=answer.refund_problem)


@click.command()
@click.argument("return_id", metavar="RETURN")
@click.option(
    "--unit", "units", multiple=True, required=True, metavar="SKU=UNITS", help="What was looked at."
)
@click.option(
    "--to", "disposition", type=click.Choice(DISPOSITIONS), required=True, help="What becomes of it."
)
@click.option("--condition", default="", help="In own words, such as OPENED.")
@click.option("--deny-refund", is_flag=True, help="No money is given for it.")
@click.option("--refurbished", is_flag=True, help="It was sent to be made as good as new before.")
@client_options
def inspect(
    return_id: str,
    units: tuple[str, ...],
    disposition: str,
    condition: str,
    deny_refund: bool,
    refurbished: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Book what becomes of units of RETURN."""
    from router.api.v1.returns_pb2 import Disposition, InspectReturnRequest, ReturnFinding
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub

    findings = [
        ReturnFinding(
            sku=sku,
            quantity=quantity,
            disposition=Disposition.Value(f"DISPOSITION_{disposition}"),
            condition=condition,
            deny_refund=deny_refund,
            refurbished=refurbished,
        )
        for sku, quantity in map(units_of, units)
    ]
    request = InspectReturnRequest(return_id=return_id, findings=findings, request_id=f"cli/{uuid.uuid4()}")
    with connected(address, tls_ca) as channel:
        answer = ReturnsServiceStub(channel).InspectReturn(request, timeout=TIMEOUT_SECONDS)
    show(answer.record, as_json=as_json, problem=answer.refund_problem)


@click.command()
@click.argument("return_id", metavar="RETURN")
@click.option("--reason", default="", help="In own words.")
@client_options
def cancel(return_id: str, reason: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Await nothing more of RETURN, or withdraw a claim."""
    from router.api.v1.returns_pb2 import CancelReturnRequest
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub

    request = CancelReturnRequest(return_id=return_id, reason=reason, request_id=f"cli/{uuid.uuid4()}")
    with connected(address, tls_ca) as channel:
        answer = ReturnsServiceStub(channel).CancelReturn(request, timeout=TIMEOUT_SECONDS)
    show(answer.record, as_json=as_json)


@click.command()
@click.argument("order_id", metavar="ORDER")
@click.option("--cause", type=click.Choice(CAUSES), required=True)
@click.option("--shipment", "shipment_id", default="", metavar="ID", help="Of which shipment, ORDER/NUMBER.")
@click.option("--line", "lines", multiple=True, metavar="ID=UNITS", help="Which units; all otherwise.")
@click.option("--amount", "goodwill_minor", default=0, metavar="MINOR", help="How much out of GOODWILL.")
@click.option("--id", "return_id", default="", metavar="ID", help="The claim's id; one is made otherwise.")
@client_options
def claim(
    order_id: str,
    cause: str,
    shipment_id: str,
    lines: tuple[str, ...],
    goodwill_minor: int,
    return_id: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Claim what does not come back of ORDER, or money out of goodwill."""
    from router.api.v1.returns_pb2 import ClaimCause, OpenClaimRequest, ReturnedLine
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub

    named = [units_of(line, "--line") for line in lines]
    request = OpenClaimRequest(
        order_id=order_id,
        cause=ClaimCause.Value(f"CLAIM_CAUSE_{cause}"),
        shipment_id=shipment_id,
        lines=[ReturnedLine(line_id=line_id, quantity=quantity) for line_id, quantity in named],
        goodwill_minor=goodwill_minor,
        return_id=return_id,
        request_id=f"cli/{uuid.uuid4()}",
    )
    with connected(address, tls_ca) as channel:
        answer = ReturnsServiceStub(channel).OpenClaim(request, timeout=TIMEOUT_SECONDS)
    show(answer.record, as_json=as_json)


@click.command()
@click.argument("return_id", metavar="RETURN")
@click.argument("order_id", metavar="NEW-ORDER")
@click.option("--unit", "units", multiple=True, metavar="SKU=UNITS", help="What is sent; the same otherwise.")
@client_options
def replace(
    return_id: str, order_id: str, units: tuple[str, ...], address: str, tls_ca: str | None, as_json: bool
) -> None:
    """Send NEW-ORDER, free of charge, in the place of what RETURN still has to get."""
    from router.api.v1.returns_pb2 import ReturnedUnits, SendReplacementRequest
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub

    request = SendReplacementRequest(
        return_id=return_id,
        order_id=order_id,
        lines=[ReturnedUnits(sku=sku, quantity=quantity) for sku, quantity in map(units_of, units)],
        request_id=f"cli/{uuid.uuid4()}",
    )
    with connected(address, tls_ca) as channel:
        answer = ReturnsServiceStub(channel).SendReplacement(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(sent=as_dict(answer))
        return
    console().print(f"{order_id} sent for {return_id}; its plan: router order show {order_id}")


def show(one: "Return", *, as_json: bool, problem: str = "") -> None:
    """Where a return or claim is now, in one line, and why money that should have gone back did not."""
    if as_json:
        print_json(**{"return": as_dict(one), "refund_problem": problem})
        return
    parts = [f"{one.return_id} {enum_word(one, 'state')}"]
    for word, name in (("expected", "expected"), ("to inspect", "to_inspect")):
        if units := sum(getattr(line, name) for line in one.lines):
            parts.append(f"{units} {word}")
    for word, amount in (("given back", one.refunded_minor), ("owed", one.owed_minor)):
        if amount:
            parts.append(f"{amount_text(amount, one.currency)} {one.currency} {word}")
    console().print(", ".join(parts))
    if problem:
        console().print(f"no money went back: {problem}")
