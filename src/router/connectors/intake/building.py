"""An order of ours from what any adapter has found of one, with the checks that all of them need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from router.connectors.intake.addresses import check_address
from router.connectors.intake.captured import Captured, RowFault, Terms, Withdrawn, order_id_of
from router.connectors.intake.charged import DIFFERENCE, NOT_TOLD, Charged
from router.connectors.intake.customer_ids import customer_id_of
from router.connectors.intake.parts import Findings
from router.domain.identifiers import Day, Instant
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Point
from router.domain.recipient import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An order as its source tells it. `own_customer_id` is the source's; `currency` empty: it names none."""

    number: str
    place_time: Instant
    currency: str
    lines: Sequence[OrderLine]
    recipient: Recipient
    country: str
    region: str = ""
    postal_code: str = ""
    point: Point | None = None
    own_customer_id: str = ""
    promise_day: Day | None = None
    pickup_node_id: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    charged: Charged = NOT_TOLD


def captured(found: Found, terms: Terms, findings: Findings) -> Captured | list[RowFault]:
    """The order, or everything that is wrong with it."""
    if found.currency and found.currency.upper() != terms.currency:
        findings.add(
            "currency",
            "OTHER_CURRENCY",
            f"the order is in {found.currency}, the network in {terms.currency}; route it where its currency is",
        )
    if not found.lines and not findings.faults:
        findings.add("lines", "NOTHING_TO_SHIP", "the order has no line that is to be shipped")
    country = (found.country or terms.country).upper()
    if not country:
        findings.add("country", "MISSING", "the address names no country; say with --country what that means")
    if findings.faults:
        return findings.faults
    checked = check_address(found.recipient, country, found.region, found.postal_code)
    difference = found.charged.difference(found.lines)
    attributes = {**found.attributes, DIFFERENCE: str(difference) if difference else ""}
    attributes |= {"address_check": checked.text, "address_kind": checked.kind}
    return Captured(
        row=findings.row,
        order=Order(
            id=order_id_of(terms, found.number),
            channel=terms.channel,
            customer_id=customer_id_of(terms, found.recipient, found.own_customer_id, found.number, country),
            destination=Destination(
                country=country,
                region=found.region,
                postal_code=found.postal_code,
                # A point can be a front door, and decisions are kept for ever.
                point=found.point if terms.with_points or not found.postal_code else None,
            ),
            lines=tuple(found.lines),
            place_time=found.place_time,
            promise_day=found.promise_day,
            pickup_node_id=found.pickup_node_id,
            attributes={name: value for name, value in attributes.items() if value},
            shipping_minor=found.charged.shipping_minor,
            shipping_tax_minor=found.charged.shipping_tax_minor,
        ),
        recipient=found.recipient,
    )


def withdrawn(terms: Terms, findings: Findings, why: str) -> Withdrawn | list[RowFault]:
    """The order that was found to be canceled; without a number nobody knows which."""
    if not findings.number:
        return findings.faults
    return Withdrawn(row=findings.row, order_id=order_id_of(terms, findings.number), why=why)
