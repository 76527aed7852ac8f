"""How facts and values are called in plain English."""

from collections.abc import Mapping
from decimal import Decimal

from router.domain.currency import DECIMALS
from router.rules.expressions.terms import Value
from router.rules.expressions.units import UNITS, milli_per_unit
from router.rules.vocabulary import Fact, Type

NOUNS: Mapping[str, str] = {
    "order.id": "the order number",
    "order.channel": "the channel",
    "order.tier": "the customer's tier",
    "order.customer_id": "the customer",
    "order.total": "the order's value",
    "order.weight": "the order's weight",
    "order.line_count": "the number of lines",
    "order.unit_count": "the number of units",
    "order.age": "the age of the order",
    "order.promise_days": "the time to the promised day",
    "order.payment": "what payments can pay of the goods",
    "order.paid": "what payments can pay",
    "order.payment_days": "the time until an authorization runs out",
    "dest.country": "the destination's country",
    "dest.region": "the destination's region",
    "dest.postal_code": "the destination's postal code",
    "dest.confidence": "how exactly the destination's place is known",
    "line.sku": "the product",
    "line.category": "the product's category",
    "line.hazmat": "the dangerous-goods class",
    "line.temperature": "the goods' temperature class",
    "line.quantity": "the line's number of units",
    "line.unit_weight": "the weight of one unit",
    "line.weight": "the line's weight",
    "line.unit_price": "the price of one unit",
    "line.value": "the line's value",
    "line.unit_volume": "the volume of one unit",
    "line.longest_side": "the longest side of one unit",
    "line.release_days": "the time to the product's release",
    "node.id": "the node",
    "node.kind": "the node",
    "node.country": "the node's country",
    "node.region": "the node's region",
    "node.postal_code": "the node's postal code",
    "node.shipments_per_day": "what the node dispatches in a day",
    "node.processing_days": "the node's processing time",
    "service.id": "the service level",
    "service.carrier": "the carrier",
    "service.mode": "the service's mode",
    "service.co2e": "the service's CO2e for each tonne-kilometre",
    "pair.distance": "the distance to the destination",
    "pair.ship_days": "the time to dispatch",
    "pair.booked": "the number of shipments planned for that day",
    "pair.free_slots": "the number of shipments the node can still dispatch that day",
    "lane.zone": "the zone of the tariff",
    "lane.transit_days": "the time in transit",
    "lane.delivery_days": "the time to delivery",
    "lane.late_days": "the delay",
    "stock.available": "the stock there",
    "shipment.weight": "the shipment's weight",
    "shipment.volume": "the shipment's volume",
    "shipment.value": "the shipment's value",
    "shipment.unit_count": "the shipment's number of units",
    "shipment.line_count": "the shipment's number of products",
    "shipment.hazmat_units": "the shipment's units of dangerous goods",
    "shipment.hazmat_weight": "the shipment's weight of dangerous goods",
    "shipment.cold_units": "the shipment's cold units",
    "time.of_day": "the time of day",
    "time.hour": "the hour",
    "time.weekday": "the day of the week",
    "time.day": "the day of the month",
    "time.month": "the month",
}
"""What a fact that is no yes or no is called."""

CLAUSES: Mapping[str, tuple[str, str]] = {
    "order.has_promise": ("a delivery day was promised", "no delivery day was promised"),
    "order.is_pickup": ("the customer collects the order", "the order is sent"),
    "line.is_preorder": ("the product is not released yet", "the product is released"),
    "line.in_kit": ("the line is part of a kit", "the line is not part of a kit"),
    "node.is_open": ("the node is open", "the node is closed"),
    "pair.same_region": (
        "the node is in the destination's region",
        "the node is outside the destination's region",
    ),
    "pair.is_pickup_node": ("the customer collects at the node", "the customer does not collect at the node"),
    "shipment.has_hazmat": ("dangerous goods are in the shipment", "no dangerous goods are in the shipment"),
    "shipment.has_cold": ("cold goods are in the shipment", "no cold goods are in the shipment"),
}
"""What a fact that is yes or no says, and what its opposite says."""

ZEROS: Mapping[str, tuple[str, str]] = {
    "lane.late_days": ("delivery is late", "delivery is in time"),
    "pair.ship_days": ("it leaves on a later day", "it leaves on the same day"),
}
"""What it says that a fact is more than nothing, and that it is not."""

KINDS: Mapping[str, str] = {"WAREHOUSE": "a warehouse", "STORE": "a store", "SUPPLIER": "a supplier"}
UNIT_WORDS: Mapping[str, tuple[str, str]] = {
    "days": ("day", "days"),
    "hours": ("hour", "hours"),
    "minutes": ("minute", "minutes"),
    "liters": ("liter", "liters"),
    "mm3": ("mm³", "mm³"),
    "cm3": ("cm³", "cm³"),
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def noun_of(fact: Fact) -> str:
    """What the fact is called; a company's own facts by their names."""
    name = fact.name.partition("@")[0]
    if name in NOUNS:
        return NOUNS[name]
    owner, _, own = name.partition(".attr.")
    return f"the {'product' if owner == 'line' else owner}'s “{own.replace('_', ' ')}”"


def value_words(fact: Fact | None, type_: Type, value: Value, currency: str) -> str:
    """A value as one would say it: `20 kg`, `15.00 USD`, `“web”`, `a store`, `Saturday`."""
    name = fact.name.partition("@")[0] if fact is not None else ""
    match type_:
        case Type.BOOL:
            return "yes" if value else "no"
        case Type.STRING if name == "node.kind":
            return KINDS[str(value)]
        case Type.STRING if fact is not None and fact.values:
            return str(value).capitalize() if name == "time.weekday" else str(value).lower()
        case Type.STRING:
            return f"“{value}”"
        case Type.MONEY:
            return money_words(int(value), currency)
        case Type.CLOCK:
            return f"{int(value) // 60:02}:{int(value) % 60:02}"
        case Type.INT if name == "time.month":
            return MONTHS[int(value) - 1] if 1 <= int(value) <= 12 else str(value)
        case Type.INT:
            return f"{value:,}"
        case Type.FLOAT:
            return f"{value:g}"
        case _:
            return quantity_words(type_, int(value))


def money_words(amount_milli: int, currency: str) -> str:
    """`1.25 USD`: whole amounts without decimals, others with the currency's own or as many as it takes."""
    amount = Decimal(amount_milli) / milli_per_unit(currency)
    if amount == amount.to_integral_value():
        return f"{int(amount):,} {currency}"
    digits = max(len(f"{amount.normalize():f}".partition(".")[2]), DECIMALS.get(currency, 2))
    return f"{amount:,.{digits}f} {currency}"


def quantity_words(type_: Type, value: int) -> str:
    """`20 kg`, `1 day`, `2,000 km`: in the largest unit that shows it with three decimals at most."""
    named = [(name, scale) for name, (of, scale) in UNITS.items() if of is type_]
    fitting = [(name, scale) for name, scale in named if abs(value) >= scale and value * 1_000 % scale == 0]
    name, scale = (fitting or named[:1])[-1]
    amount = (Decimal(value) / scale).normalize()
    one, many = UNIT_WORDS.get(name, (name, name))
    return f"{amount:,f} {one if amount == 1 else many}"
