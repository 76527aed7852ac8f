"""Orders of Magento (Adobe Commerce): the order of its REST API and of its webhooks.

SOURCE: https://developer.adobe.com/commerce/webapi/rest/ (sales-data-order-interface)
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from router.connectors.intake.building import Found, captured, withdrawn
from router.connectors.intake.captured import Captured, Intake, RowFault, Terms, Withdrawn, gathered
from router.connectors.intake.charged import Charged, optional_minor
from router.connectors.intake.parts import Findings, Part, documents, minor_of
from router.domain.charges import line_charge, with_charge
from router.domain.identifiers import LineId, Sku
from router.domain.order import OrderLine
from router.domain.recipient import Recipient

OVER = frozenset({"canceled", "closed"})
"""Closed: all of it was paid back."""
NOT_GOODS = frozenset({"virtual", "downloadable"})


def read_magento(body: bytes, terms: Terms) -> Intake:
    """Each order, and which are over. Refuses with DocumentRefused what is no JSON."""
    rows = enumerate(documents(body, lists_of(body), "order"), start=1)
    return gathered(read_order(Part(value, "", Findings(row)), terms) for row, value in rows)


def lists_of(body: bytes) -> tuple[str, ...]:
    """`items` where the document is the answer to a search, which tells its criteria."""
    return ("items",) if b'"search_criteria"' in body else ()


def read_order(order: Part, terms: Terms) -> Captured | Withdrawn | list[RowFault]:
    number = order.needed("increment_id")
    order.findings.number = number
    state = order.text("state")
    if state in OVER:
        return withdrawn(terms, order.findings, f"{state} in the shop")
    if state == "complete":
        order.findings.add("state", "COMPLETE", "all of the order was shipped: nothing is to be routed")
    to = address_of(order)
    currency = order.text("order_currency_code")
    money = currency or terms.currency
    lines = list(lines_of(order, money))
    found = Found(
        number=number,
        place_time=order.time("created_at", utc=True),
        currency=currency,
        lines=lines,
        recipient=Recipient(
            name=" ".join(filter(None, (to.text("firstname"), to.text("lastname")))),
            company=to.text("company"),
            street_lines=streets_of(to),
            city=to.text("city"),
            email=order.text("customer_email") or to.text("email"),
            phone=to.text("telephone"),
        ),
        country=to.text("country_id"),
        region=to.text("region_code"),
        postal_code=to.text("postcode"),
        own_customer_id=order.text("customer_id"),
        attributes={
            "payment_method": order.at("payment").text("method"),
            "source_id": order.text("entity_id"),
        },
        charged=charged_of(order, lines, money),
    )
    return captured(found, terms, order.findings)


def address_of(order: Part) -> Part:
    """Of the first shipping assignment; an order of digital goods has none."""
    assignments = order.at("extension_attributes").each("shipping_assignments")
    first = next(assignments, None)
    return order.at("billing_address") if first is None else first.at("shipping").at("address")


def streets_of(to: Part) -> tuple[str, ...]:
    lines = to.at("street").value
    found = [str(line).strip() for line in lines] if isinstance(lines, list) else [to.text("street")]
    return tuple(line for line in found if line)


def charged_of(order: Part, shipped: Sequence[OrderLine], currency: str) -> Charged:
    """What is charged besides the lines that are shipped: units that are not, too."""
    items = list(order.each("items"))
    parents = {item.text("parent_item_id") for item in items if item.text("row_total")}
    other = Decimal(0)
    for item in items:
        # A bundle that is priced by its parts repeats their sum.
        if not (item.text("product_type") == "bundle" and item.text("item_id") in parents):
            other += charge_of(item)
    is_told = bool(order.text("shipping_amount"))
    tax = order.amount("shipping_tax_amount")
    shipping = order.amount("shipping_amount") + tax - order.amount("shipping_discount_amount")
    return Charged(
        shipping_minor=minor_of(shipping, currency) if is_told else None,
        shipping_tax_minor=minor_of(tax, currency) if is_told and order.text("shipping_tax_amount") else None,
        other_minor=minor_of(other, currency) - sum(map(line_charge, shipped)),
        total_minor=optional_minor(order, "grand_total", currency),
    )


def charge_of(item: Part) -> Decimal:
    """What all units that were ordered are charged with tax, discounts taken off."""
    charge = item.amount("row_total") + item.amount("tax_amount") - item.amount("discount_amount")
    return charge + item.amount("discount_tax_compensation_amount")


def lines_of(order: Part, currency: str) -> Iterator[OrderLine]:
    """What leaves a shelf: of a configurable product the parent, which has the price; of a bundle its parts, a kit."""
    items = list(order.each("items"))
    types = {item.text("item_id"): item.text("product_type") for item in items}
    for item in items:
        kind, parent = item.text("product_type"), item.text("parent_item_id")
        of_bundle = types.get(parent) == "bundle"
        if kind == "bundle" or kind in NOT_GOODS or (parent and not of_bundle):
            continue
        left = item.whole("qty_ordered") - (item.whole("qty_canceled") if item.text("qty_canceled") else 0)
        if left > 0 or item.findings.faults:
            line = OrderLine(
                id=LineId(item.needed("item_id")),
                sku=Sku(item.needed("sku")),
                quantity=left,
                unit_price_minor=item.minor("price", currency),
                kit_id=f"bundle-{parent}" if of_bundle else "",
            )
            yield charged_line(line, item, currency) if item.text("row_total") else line


def charged_line(line: OrderLine, item: Part, currency: str) -> OrderLine:
    """The line with its share of what the item is charged."""
    told = bool(item.text("tax_amount"))
    tax = minor_of(item.amount("tax_amount"), currency) if told else None
    return with_charge(line, minor_of(charge_of(item), currency), tax, item.whole("qty_ordered"))
