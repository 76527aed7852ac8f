"""Orders of Shopify: the body of the webhook `orders/create`, and what the REST Admin API lists.

SOURCE: https://shopify.dev/docs/api/admin-rest/latest/resources/order
"""

from router.connectors.intake.building import Found, captured
from router.connectors.intake.captured import Captured, Intake, RowFault, Terms, gathered
from router.connectors.intake.parts import Findings, Part, documents
from router.domain.identifiers import LineId, Sku
from router.domain.order import OrderLine
from router.domain.place import Point
from router.domain.recipient import Recipient


def read_shopify(body: bytes, terms: Terms) -> Intake:
    """What is to be shipped of each order that is not canceled. Refuses with DocumentRefused what is no JSON."""
    rows = enumerate(documents(body, ("orders",), "order"), start=1)
    return gathered(read_order(Part(value, "", Findings(row)), terms) for row, value in rows)


def read_order(order: Part, terms: Terms) -> Captured | list[RowFault]:
    number = order.needed("name").lstrip("#")
    order.findings.number = number
    if order.text("cancelled_at"):
        order.findings.add(
            "cancelled_at", "CANCELED", "the order was canceled in the shop: nothing is to be routed"
        )
    to = order.at("shipping_address")
    currency = order.text("currency")
    has_point = to.text("latitude") and to.text("longitude")
    found = Found(
        number=number,
        place_time=order.time("created_at"),
        currency=currency,
        lines=[
            line_of(line, currency or terms.currency)
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
    return captured(found, terms, order.findings)


def is_to_be_shipped(line: Part) -> bool:
    """Neither digital, nor taken out of the order since (`current_quantity`), nor shipped already."""
    left = [line.text(name) for name in ("current_quantity", "fulfillable_quantity")]
    return line.at("requires_shipping").value is not False and "0" not in left


def line_of(line: Part, currency: str) -> OrderLine:
    left = "fulfillable_quantity" if line.text("fulfillable_quantity") else "quantity"
    return OrderLine(
        id=LineId(line.needed("id")),
        sku=Sku(line.needed("sku")),
        quantity=line.whole(left),
        unit_price_minor=line.minor("price", currency),
    )
