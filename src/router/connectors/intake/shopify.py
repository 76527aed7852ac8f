"""Orders of Shopify: the body of the webhook `orders/create`, and what the REST Admin API lists.

SOURCE: https://shopify.dev/docs/api/admin-rest/latest/resources/order
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from router.connectors.intake.building import Found, captured, withdrawn
from router.connectors.intake.captured import Captured, Intake, RowFault, Terms, Withdrawn, gathered
from router.connectors.intake.charged import Charged, added, optional_minor
from router.connectors.intake.parts import Findings, Part, documents, minor_of
from router.domain.charges import line_charge, with_charge
from router.domain.identifiers import LineId, Sku
from router.domain.order import OrderLine
from router.domain.place import Point
from router.domain.recipient import Recipient


def read_shopify(body: bytes, terms: Terms) -> Intake:
    """What is to be shipped of each order, and which are canceled. Refuses with DocumentRefused what is no JSON."""
    rows = enumerate(documents(body, ("orders",), "order"), start=1)
    return gathered(read_order(Part(value, "", Findings(row)), terms) for row, value in rows)


def read_order(order: Part, terms: Terms) -> Captured | Withdrawn | list[RowFault]:
    number = order.needed("name").lstrip("#")
    order.findings.number = number
    if order.text("cancelled_at"):
        return withdrawn(terms, order.findings, order.text("cancel_reason") or "canceled in the shop")
    to = order.at("shipping_address")
    currency = order.text("currency")
    money = currency or terms.currency
    has_point = to.text("latitude") and to.text("longitude")
    found = Found(
        number=number,
        place_time=order.time("created_at"),
        currency=currency,
        lines=[
            line_of(line, money, order.at("taxes_included").value is True)
            for line in order.each("line_items")
            if is_to_be_shipped(line)
        ],
        recipient=Recipient(
            name=to.text("name") or " ".join(filter(None, (to.text("first_name"), to.text("last_name")))),
            company=to.text("company"),
            street_lines=tuple(filter(None, (to.text("address1"), to.text("address2")))),
            city=to.text("city"),
            email=order.text("email") or order.at("customer").text("email"),
            phone=to.text("phone") or order.text("phone"),
        ),
        country=to.text("country_code"),
        region=to.text("province_code"),
        postal_code=to.text("zip"),
        point=Point(to.microdegrees("latitude"), to.microdegrees("longitude")) if has_point else None,
        own_customer_id=order.at("customer").text("id"),
        attributes={"payment": order.text("financial_status"), "source_id": order.text("id")},
    )
    found = replace(found, charged=charged_of(order, found.lines, money))
    return captured(found, terms, order.findings)


def charged_of(order: Part, shipped: Sequence[OrderLine], currency: str) -> Charged:
    """What is charged besides the lines that are shipped: the others, too."""
    is_included = order.at("taxes_included").value is True
    lines = {line.id: line for line in shipped}
    other = order.amount("total_tip_received")
    for line in order.each("line_items"):
        other += charge_of(line, is_included)[0]
    known = sum(map(line_charge, lines.values()))
    shipping = shipping_tax = None
    if order.at("shipping_lines").value is not None:
        taxes, amount = Decimal(0), Decimal(0)
        for one in order.each("shipping_lines"):
            tax = added(one.each("tax_lines"), "price")
            price = one.amount("discounted_price" if one.text("discounted_price") else "price")
            amount += price if is_included else price + tax
            taxes += tax
        shipping, shipping_tax = minor_of(amount, currency), minor_of(taxes, currency)
    return Charged(
        shipping_minor=shipping,
        shipping_tax_minor=shipping_tax,
        other_minor=minor_of(other, currency) - known,
        total_minor=optional_minor(order, "total_price", currency),
    )


def charge_of(line: Part, is_included: bool) -> tuple[Decimal, Decimal]:
    """What all units that were ordered are charged, discounts taken off, with tax; and the tax in it."""
    tax = added(line.each("tax_lines"), "price")
    net = line.amount("price") * line.amount("quantity") - added(line.each("discount_allocations"), "amount")
    return net if is_included else net + tax, tax


def is_to_be_shipped(line: Part) -> bool:
    """Neither digital, nor taken out of the order since (`current_quantity`), nor shipped already."""
    left = [line.text(name) for name in ("current_quantity", "fulfillable_quantity")]
    return line.at("requires_shipping").value is not False and "0" not in left


def line_of(line: Part, currency: str, is_included: bool) -> OrderLine:
    left = "fulfillable_quantity" if line.text("fulfillable_quantity") else "quantity"
    found = OrderLine(
        id=LineId(line.needed("id")),
        sku=Sku(line.needed("sku")),
        quantity=line.whole(left),
        unit_price_minor=line.minor("price", currency),
    )
    amount, tax = charge_of(line, is_included)
    told = line.at("tax_lines").value is not None
    units = line.whole("quantity")
    return with_charge(found, minor_of(amount, currency), minor_of(tax, currency) if told else None, units)
