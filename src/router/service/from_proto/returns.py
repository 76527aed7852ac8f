"""Returns and claims: what is asked for, what arrived, what was found."""

from collections.abc import Sequence

from router.api.v1 import returns_pb2 as pb
from router.api.v1.fulfillment_pb2 import LabelFormat
from router.app.commands.returns import (
    AuthorizeReturn,
    CancelReturn,
    Finding,
    InspectReturn,
    OpenClaim,
    ReceiveReturn,
    RefundReturn,
    SendReplacement,
)
from router.domain.identifiers import LineId, OrderId, Sku
from router.domain.limits import PAYMENT_MINOR_MAX, QUANTITY_MAX, RETURN_LINES_MAX
from router.ledger.returns import ClaimCause, Disposition
from router.service.faults import Faults
from router.service.from_proto.charges import amount_of
from router.service.from_proto.feed_marks import told_by
from router.service.from_proto.keys import request_id_of, shipment_id_of
from router.service.from_proto.labels import PAPERS, Paper
from router.service.parse import digest_of


def authorize_return(request: pb.AuthorizeReturnRequest) -> AuthorizeReturn:
    """The command to let units come back."""
    faults = Faults()
    command = AuthorizeReturn(
        request_id=request_id_of(request.request_id, faults, required=not request.validate_only),
        body_digest=digest_of(request),
        order_id=OrderId(faults.identifier(request.order_id, "", "order_id")),
        lines=lines_of(request.lines, faults, at_least=1),
        reason_code=faults.identifier(request.reason_code, "", "reason_code"),
        return_id=optional_id(request.return_id, "return_id", faults),
        node_id=optional_id(request.node_id, "node_id", faults),
        validate_only=request.validate_only,
    )
    faults.raise_if_any()
    return command


def receive_return(request: pb.ReceiveReturnRequest) -> ReceiveReturn:
    """The command to book what arrived."""
    faults = Faults()
    command = ReceiveReturn(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        return_id=faults.identifier(request.return_id, "", "return_id"),
        lines=units_of(request.lines, faults, at_least=1),
        node_id=optional_id(request.node_id, "node_id", faults),
        closes=request.close,
        accepts_extra=request.accept_extra,
    )
    faults.raise_if_any()
    return command


def inspect_return(request: pb.InspectReturnRequest) -> InspectReturn:
    """The command to book what was found."""
    faults = Faults()
    findings: list[Finding] = []
    if faults.count_of(request.findings, "", "findings", 1, RETURN_LINES_MAX):
        findings = [
            finding_of(message, f"findings[{index}].", faults)
            for index, message in enumerate(request.findings)
        ]
    command = InspectReturn(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        return_id=faults.identifier(request.return_id, "", "return_id"),
        findings=tuple(findings),
        told=told_by(request, faults),
    )
    faults.raise_if_any()
    return command


def finding_of(message: pb.ReturnFinding, at: str, faults: Faults) -> Finding:
    known = {int(one) for one in Disposition}
    if message.disposition not in known:
        names = ", ".join(pb.Disposition.keys()[1:])
        faults.add(
            at + "disposition",
            "UNKNOWN_VALUE",
            f"disposition is {message.disposition}, must be one of {names}",
        )
    if message.refurbished and message.disposition == pb.DISPOSITION_REFURBISH:
        faults.add(
            at + "disposition", "OUT_OF_RANGE", "disposition is REFURBISH, the units come from there already"
        )
    return Finding(
        sku=Sku(faults.identifier(message.sku, at, "sku")),
        quantity=faults.whole(message.quantity, at, "quantity", 1, QUANTITY_MAX),
        disposition=Disposition(message.disposition if message.disposition in known else 1),
        condition=faults.text(message.condition, at, "condition"),
        is_denied=message.deny_refund,
        was_refurbished=message.refurbished,
    )


def cancel_return(request: pb.CancelReturnRequest) -> CancelReturn:
    """The command to await nothing more."""
    faults = Faults()
    command = CancelReturn(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        return_id=faults.identifier(request.return_id, "", "return_id"),
        reason=faults.text(request.reason, "", "reason"),
    )
    faults.raise_if_any()
    return command


def open_claim(request: pb.OpenClaimRequest) -> OpenClaim:
    """The command to claim; out of goodwill an amount, else units of a shipment."""
    faults = Faults()
    known = {int(one) for one in ClaimCause}
    is_goodwill = request.cause == pb.CLAIM_CAUSE_GOODWILL
    if request.cause not in known:
        names = ", ".join(pb.ClaimCause.keys()[1:])
        faults.add("cause", "UNKNOWN_VALUE", f"cause is {request.cause}, must be one of {names}")
    elif is_goodwill:
        faults.whole(request.goodwill_minor, "", "goodwill_minor", 1, PAYMENT_MINOR_MAX)
        if request.shipment_id or request.lines:
            faults.add("lines", "NOT_ALLOWED", "a claim of GOODWILL is of no shipment and has no lines")
    else:
        shipment_id_of(request.shipment_id, "shipment_id", faults)
        faults.whole(request.goodwill_minor, "", "goodwill_minor", 0, 0)
    command = OpenClaim(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        order_id=OrderId(faults.identifier(request.order_id, "", "order_id")),
        cause=ClaimCause(request.cause if request.cause in known else 1),
        shipment_id=request.shipment_id,
        lines=lines_of(request.lines, faults, at_least=0),
        goodwill_minor=request.goodwill_minor,
        return_id=optional_id(request.return_id, "return_id", faults),
    )
    faults.raise_if_any()
    return command


def refund_return(request: pb.RefundReturnRequest) -> RefundReturn:
    """The command to give money back."""
    faults = Faults()
    command = RefundReturn(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        return_id=faults.identifier(request.return_id, "", "return_id"),
        shipping_minor=faults.whole(request.shipping_minor, "", "shipping_minor", 0, PAYMENT_MINOR_MAX),
        tax_minor=faults.whole(request.tax_minor, "", "tax_minor", 0, PAYMENT_MINOR_MAX),
        lines_minor_max=amount_of(request, "", "lines_minor_max", faults, low=1),
        shipping_minor_max=amount_of(request, "", "shipping_minor_max", faults),
        external_reference=faults.text(request.external_reference, "", "external_reference"),
    )
    if command.shipping_minor and command.shipping_minor_max is not None:
        faults.add(
            "shipping_minor_max",
            "NOT_ALLOWED",
            f"shipping_minor_max is {command.shipping_minor_max:,} beside shipping_minor {command.shipping_minor:,};"
            " send one of them",
        )
    faults.raise_if_any()
    return command


def send_replacement(request: pb.SendReplacementRequest) -> SendReplacement:
    """The command to send goods again."""
    faults = Faults()
    command = SendReplacement(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        return_id=faults.identifier(request.return_id, "", "return_id"),
        order_id=OrderId(faults.identifier(request.order_id, "", "order_id")),
        lines=units_of(request.lines, faults, at_least=0),
    )
    faults.raise_if_any()
    return command


def label_of(request: pb.GetReturnLabelRequest) -> tuple[str, Paper]:
    """The return and the paper."""
    faults = Faults()
    return_id = faults.identifier(request.return_id, "", "return_id")
    paper = PAPERS.get(request.format)
    if paper is None:
        names = ", ".join(LabelFormat.keys()[1:])
        faults.add("format", "UNKNOWN_VALUE", f"format is {request.format}, must be one of {names}")
    faults.raise_if_any()
    assert paper is not None, "refused above"
    return return_id, paper


def lines_of(messages: Sequence[pb.ReturnedLine], faults: Faults, *, at_least: int) -> dict[LineId, int]:
    lines: dict[LineId, int] = {}
    if faults.count_of(messages, "", "lines", at_least, RETURN_LINES_MAX):
        for index, line in enumerate(messages):
            at = f"lines[{index}]."
            line_id = LineId(faults.identifier(line.line_id, at, "line_id"))
            lines[line_id] = faults.whole(line.quantity, at, "quantity", 1, QUANTITY_MAX)
        faults.unique([line.line_id for line in messages], "", "lines", "line_id")
    return lines


def units_of(messages: Sequence[pb.ReturnedUnits], faults: Faults, *, at_least: int) -> dict[Sku, int]:
    units: dict[Sku, int] = {}
    if faults.count_of(messages, "", "lines", at_least, RETURN_LINES_MAX):
        for index, line in enumerate(messages):
            at = f"lines[{index}]."
            sku = Sku(faults.identifier(line.sku, at, "sku"))
            units[sku] = faults.whole(line.quantity, at, "quantity", 1, QUANTITY_MAX)
        faults.unique([line.sku for line in messages], "", "lines", "sku")
    return units


def optional_id(value: str, name: str, faults: Faults) -> str:
    return faults.identifier(value, "", name) if value else ""
