"""Simulated demand: seeded orders over days, as customers of a retailer with several channels place them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from router.domain.identifiers import Day, Instant, LineId, OrderId
from router.domain.order import Destination, Order, OrderLine
from router.simulation.catalog import Article
from router.simulation.chance import Urn, between, happens, stream
from router.simulation.places import METROS, Metro

FIRST_DAY = date(2026, 3, 2)
"""A Monday without holidays near, so that runs of different length compare well."""
CHANNELS = Urn(("web", "mobile", "marketplace", "store"), (50, 28, 15, 7))
LINE_COUNTS = Urn((1, 2, 3, 4, 5, 6), (52, 23, 12, 7, 4, 2))
HOURS = Urn(range(24), (2, 1, 1, 1, 1, 2, 3, 5, 6, 7, 8, 8, 9, 8, 8, 8, 9, 10, 11, 12, 12, 10, 7, 4))
GOLD_PERCENT = 12
PROMISED_PERCENT = 85
SAME_CATEGORY_PERCENT = 55
MULTIPLE_PERCENT = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What customers choose from: all articles, and those of a category."""

    articles: Urn[Article]
    by_category: Mapping[str, Urn[Article]]


def shop_of(articles: Sequence[Article]) -> Shop:
    """The articles, ready to be drawn by popularity."""
    categories = sorted({article.product.category for article in articles})
    return Shop(
        articles=_urn(articles),
        by_category={
            name: _urn([article for article in articles if article.product.category == name])
            for name in categories
        },
    )


def simulated_orders(seed: int, articles: Sequence[Article], count: int, days: int) -> tuple[Order, ...]:
    """`count` orders placed within `days` days from `FIRST_DAY` on, by the time of placing."""
    random = stream(seed, "demand")
    shop, metros = shop_of(articles), Urn(METROS, [metro.population_thousands for metro in METROS])
    times = sorted(_place_time(random, days) for _ in range(count))
    return tuple(_order(random, shop, metros, number, time) for number, time in enumerate(times, start=1))


def instant_of(time: datetime) -> Instant:
    """Microseconds since 1970 of a time with a zone."""
    return Instant((time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))


def _urn(articles: Sequence[Article]) -> Urn[Article]:
    return Urn(articles, [article.popularity for article in articles])


def _place_time(random: Random, days: int) -> datetime:
    # Hours are those of the east coast; a fixed offset keeps the demand free of daylight-saving jumps.
    midnight = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 5, tzinfo=UTC)
    seconds = HOURS.draw(random) * 3_600 + between(random, 0, 3_599)
    return midnight + timedelta(days=between(random, 0, days - 1), seconds=seconds)


def _order(random: Random, shop: Shop, metros: Urn[Metro], number: int, place_time: datetime) -> Order:
    channel = CHANNELS.draw(random)
    tier = "GOLD" if happens(random, GOLD_PERCENT) else ""
    metro = metros.draw(random)
    # A marketplace passes on each article as an order of its own.
    basket = _basket(random, shop, 1 if channel == "marketplace" else LINE_COUNTS.draw(random))
    promised = happens(random, PROMISED_PERCENT)
    return Order(
        id=OrderId(f"A-{number:06}"),
        channel=channel,
        customer_id=f"C-{between(random, 1, 40_000):05}",
        tier=tier,
        destination=Destination(
            country="US", region=metro.region, postal_code=f"{metro.postal_prefix}{between(random, 1, 99):02}"
        ),
        lines=tuple(_line(random, article, index) for index, article in enumerate(basket, start=1)),
        place_time=instant_of(place_time),
        promise_day=_promise_day(random, place_time, tier, basket) if promised else None,
    )


def _basket(random: Random, shop: Shop, line_count: int) -> list[Article]:
    """At most `line_count` articles, often of the first one's category; freight goods are bought alone."""
    first = shop.articles.draw(random)
    basket = [first]
    for _ in range(line_count - 1):
        same = happens(random, SAME_CATEGORY_PERCENT) or first.product.temperature != "AMBIENT"
        further = (shop.by_category[first.product.category] if same else shop.articles).draw(random)
        if further not in basket and first.product.weight_grams < 20_000:
            basket.append(further)
    return basket


def _line(random: Random, article: Article, index: int) -> OrderLine:
    quantity = between(random, 2, 4) if happens(random, MULTIPLE_PERCENT) else 1
    return OrderLine(
        id=LineId(str(index)),
        sku=article.product.sku,
        quantity=quantity,
        unit_price_minor=article.price_minor,
    )


def _promise_day(random: Random, place_time: datetime, tier: str, basket: Sequence[Article]) -> Day:
    """Working days after the order, fewer for GOLD, more for goods that travel by freight."""
    working_days = between(random, 3, 4) if tier == "GOLD" else between(random, 4, 7)
    if any(article.product.weight_grams > 30_000 for article in basket):
        working_days += 4
    day = place_time.date()
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < 5
    return Day(day.toordinal())
