"""Orders of WooCommerce: the body of the webhook `order.created`, and what its REST API lists.

SOURCE: https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties
"""

from router.connectors.intake.building import Found, captured, withdrawn
from router.connectors.intake.captured import Captured, Intake, RowFault, Terms, Withdrawn, gathered
from router.connectors.intake.charged import Charged, added, optional_minor
from router.connectors.intake.parts import Findings, Part, documents, minor_of
from router.domain.charges import with_charge
from router.domain.identifiers import LineId, Sku
from router.domain.order import OrderLine
from router.domain.recipient import Recipient

OVER = frozenset({"cancelled", "refunded", "failed", "trash"})
UNPAID = frozenset({"pending", "on-hold", "checkout-draft"})


def read_woocommerce(body: bytes, terms: Terms) -> Intake:
    """Each order, and which are over. Refuses with DocumentRefused what is no JSON."""
    rows = enumerate(documents(body, ()), start=1)
    return gathered(read_order(Part(value, "", Findings(row)), terms) for row, value in rows)


def read_order(order: Part, terms: Terms) -> Captured | Withdrawn | list[RowFault]:
    number = order.needed("number")
    order.findings.number = number
    status = order.text("status")
    if status in OVER:
        return withdrawn(terms, order.findings, f"{status} in the shop")
    bill = order.at("billing")
    # A shop that does not ask for another address leaves all of `shipping` empty.
    to = order.at("shipping") if order.at("shipping").text("country") else bill
    currency = order.text("currency")
    money = currency or terms.currency
    own_id = order.text("customer_id")
    found = Found(
        number=number,
        place_time=order.time("date_created_gmt", utc=True),
        currency=currency,
        lines=[line_of(line, money) for line in order.each("line_items")],
        recipient=Recipient(
            name=" ".join(filter(None, (to.text("first_name"), to.text("last_name")))),
            company=to.text("company"),
            street_lines=tuple(filter(None, (to.text("address_1"), to.text("address_2")))),
            city=to.text("city"),
            email=bill.text("email"),
            phone=to.text("phone") or bill.text("phone"),
        ),
        country=to.text("country"),
        region=to.text("state"),
        postal_code=to.text("postcode"),
        own_customer_id="" if own_id == "0" else own_id,
        attributes={
            "payment": "pending" if status in UNPAID else "paid",
            "payment_method": order.text("payment_method"),
            "source_id": order.text("id"),
        },
        charged=charged_of(order, money),
    )
    return captured(found, terms, order.findings)


def charged_of(order: Part, currency: str) -> Charged:
    """Shipping and fees are told without tax, the tax beside them."""
    is_told = bool(order.text("shipping_total"))
    tax = order.amount("shipping_tax")
    fees = added(order.each("fee_lines"), "total") + added(order.each("fee_lines"), "total_tax")
    return Charged(
        shipping_minor=minor_of(order.amount("shipping_total") + tax, currency) if is_told else None,
        shipping_tax_minor=minor_of(tax, currency) if is_told and order.text("shipping_tax") else None,
        other_minor=minor_of(fees, currency),
        total_minor=optional_minor(order, "total", currency),
    )


def line_of(line: Part, currency: str) -> OrderLine:
    """`total` is what all units are charged without tax, discounts taken off."""
    found = OrderLine(
        id=LineId(line.needed("id")),
        sku=Sku(line.needed("sku")),
        quantity=line.whole("quantity"),
        unit_price_minor=line.minor("price", currency),
    )
    if not line.text("total"):
        return found
    tax = line.amount("total_tax")
    amount = minor_of(line.amount("total") + tax, currency)
    told = bool(line.text("total_tax"))
    return with_charge(found, amount, minor_of(tax, currency) if told else None, found.quantity)
