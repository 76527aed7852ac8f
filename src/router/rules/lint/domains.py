"""Which values each fact can take at all: bounds of numbers, words of closed sets, words that stand for all others."""

from collections.abc import Mapping, Sequence
from itertools import count

from router.domain.countries import COUNTRIES
from router.domain.limits import (
    DIMENSION_MM_MAX,
    DISTANCE_KM_MAX,
    LINES_PER_ORDER_MAX,
    PROCESSING_DAYS_MAX,
    QUANTITY_MAX,
    STOCK_MAX,
    TRANSIT_DAYS_MAX,
    UNIT_PRICE_MINOR_MAX,
    UNITS_PER_ORDER_MAX,
    VOLUME_MM3_MAX,
    WEIGHT_GRAMS_MAX,
    ZONES_PER_TARIFF_MAX,
)
from router.rules.expressions.terms import INTEGER_BOUND
from router.rules.expressions.units import MILLI, MINUTES_PER_DAY
from router.rules.vocabulary import Fact, Scope, Type

EPOCH = Fact("epoch", Type.INT, Scope.TIME, "the instant of the decision, in microseconds UTC")
"""The instant itself: rules cannot read it, but their dates are conditions on it."""

INSTANT_MAX = 1 << 59
"""Microseconds; beyond every date that can be written."""

DAYS_MAX = 1_000_000
UNITS_WEIGHT_MAX = UNITS_PER_ORDER_MAX * WEIGHT_GRAMS_MAX
PRICE_MILLI_MAX = UNIT_PRICE_MINOR_MAX * MILLI
VALUE_MILLI_MAX = PRICE_MILLI_MAX * UNITS_PER_ORDER_MAX

BOUNDS: Mapping[str, tuple[int, int]] = {
    EPOCH.name: (-INSTANT_MAX, INSTANT_MAX),
    "order.total": (0, VALUE_MILLI_MAX),
    "order.weight": (1, UNITS_WEIGHT_MAX),
    "order.line_count": (1, LINES_PER_ORDER_MAX),
    "order.unit_count": (1, UNITS_PER_ORDER_MAX),
    "order.age": (0, INTEGER_BOUND),
    "order.promise_days": (-DAYS_MAX, DAYS_MAX),
    "order.paid": (0, INTEGER_BOUND),
    "order.payment_days": (0, DAYS_MAX),
    "line.quantity": (1, QUANTITY_MAX),
    "line.unit_weight": (1, WEIGHT_GRAMS_MAX),
    "line.weight": (1, UNITS_WEIGHT_MAX),
    "line.unit_price": (0, PRICE_MILLI_MAX),
    "line.value": (0, VALUE_MILLI_MAX),
    "line.unit_volume": (0, VOLUME_MM3_MAX),
    "line.longest_side": (0, DIMENSION_MM_MAX),
    "line.release_days": (0, DAYS_MAX),
    "node.shipments_per_day": (0, INTEGER_BOUND),
    "node.processing_days": (0, PROCESSING_DAYS_MAX),
    "pair.distance": (0, DISTANCE_KM_MAX),
    "pair.booked": (0, INTEGER_BOUND),
    "lane.zone": (0, ZONES_PER_TARIFF_MAX),
    "lane.transit_days": (0, TRANSIT_DAYS_MAX),
    "lane.late_days": (0, DAYS_MAX),
    "stock.available": (0, STOCK_MAX),
    "shipment.weight": (1, UNITS_WEIGHT_MAX),
    "shipment.volume": (0, INTEGER_BOUND),
    "shipment.value": (0, VALUE_MILLI_MAX),
    "shipment.unit_count": (1, UNITS_PER_ORDER_MAX),
    "shipment.line_count": (1, LINES_PER_ORDER_MAX),
    "shipment.hazmat_units": (0, UNITS_PER_ORDER_MAX),
    "shipment.hazmat_weight": (0, UNITS_WEIGHT_MAX),
    "shipment.cold_units": (0, UNITS_PER_ORDER_MAX),
    "time.of_day": (0, MINUTES_PER_DAY - 1),
    "time.hour": (0, 23),
    "time.day": (1, 31),
    "time.month": (1, 12),
}

MAYBE_EMPTY = frozenset(
    (
        "order.tier",
        "order.customer_id",
        "dest.region",
        "dest.postal_code",
        "line.category",
        "line.hazmat",
        "node.region",
        "node.postal_code",
    )
)
"""Facts that are the empty text where nothing is known."""

COUNTRY_FACTS = ("dest.country", "node.country")
_FAMILIAR_COUNTRIES = ("US", "CA", "GB", "DE", "FR", "MX", "JP", "AU")


def bounds_of(fact: Fact) -> tuple[int, int]:
    """The least and greatest value of a fact of integer type."""
    return BOUNDS.get(plain_name(fact), (-INTEGER_BOUND, INTEGER_BOUND))


def plain_name(fact: Fact) -> str:
    """The fact's name without the zone that a fact of time carries."""
    return fact.name.partition("@")[0]


def other_words(fact: Fact, named: frozenset[str], wanted: int) -> Sequence[str]:
    """Up to `wanted` words that no rule names, standing for all of them; none if every word is named."""
    name = plain_name(fact)
    if fact.values:
        return ()
    if name in COUNTRY_FACTS:
        free = [*_FAMILIAR_COUNTRIES, *sorted(COUNTRIES.difference(_FAMILIAR_COUNTRIES))]
        return [word for word in free if word not in named][:wanted]
    stem = "OTHER/OTHER" if name == "service.id" else "OTHER" if name == "service.carrier" else "other"
    candidates = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    others: list[str] = []
    while len(others) < wanted:
        word = next(candidates)
        if word not in named:
            others.append(word)
    return others
