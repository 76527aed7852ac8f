"""A few weeks of a shop that we made up, in the shape of the published year: for tests, and where that is absent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.real.uci_rows import Invoice, Row
from router.domain.place import Point
from router.simulation.chance import between, happens, skewed, stream

SEED = 2010
PRODUCTS, CUSTOMERS = 60, 25
FIRST_DAY = datetime(2010, 3, 1, tzinfo=UTC)
CODES = ("BS1", "EH1", "LS1", "SW1A")
PLACES: Mapping[str, Mapping[str, Point]] = {
    "GB": {
        "": Point(54_000_000, -2_000_000),
        "BS1": Point(51_454_000, -2_593_000),
        "EH1": Point(55_952_000, -3_189_000),
        "LS1": Point(53_797_000, -1_548_000),
        "SW1A": Point(51_501_000, -142_000),
    },
    "IE": {"": Point(53_400_000, -8_000_000)},
    "DE": {"": Point(51_000_000, 9_000_000)},
}
COUNTRIES = ("United Kingdom",) * 18 + ("EIRE", "Germany")


@dataclass(slots=True)
class _Shop:
    random: Random
    number: int = 500_000
    sold: dict[str, list[Row]] = field(default_factory=dict)

    def next_id(self) -> str:
        self.number += 1
        return str(self.number)


def sample_year(weeks: int) -> tuple[Invoice, ...]:
    """Sales and cancellations by time, five days a week; the same for the same `weeks`."""
    shop = _Shop(stream(SEED, "sample"))
    days = [FIRST_DAY + timedelta(7 * week + day) for week in range(weeks) for day in range(5)]
    found = [invoice for day in days for invoice in _day(shop, day)]
    return tuple(sorted(found, key=lambda invoice: (invoice.time, invoice.id)))


def _day(shop: _Shop, day: datetime) -> Iterator[Invoice]:
    for _ in range(between(shop.random, 2, 6)):
        yield _sale(shop, day + timedelta(minutes=between(shop.random, 480, 1_080)))
    if any(shop.sold) and happens(shop.random, 60):
        yield _cancellation(shop, day + timedelta(minutes=between(shop.random, 1_081, 1_200)))


def _sale(shop: _Shop, at: datetime) -> Invoice:
    random = shop.random
    customer = between(random, 1, CUSTOMERS)
    rows = tuple(_row(random) for _ in range(skewed(random, 1, 12)))
    # Some customers are nobody known, as in the published file.
    customer_id = str(12_000 + customer) if customer > 2 else ""
    shop.sold.setdefault(customer_id, []).extend(rows)
    return Invoice(
        id=shop.next_id(),
        is_cancellation=False,
        time=at,
        customer_id=customer_id,
        country=COUNTRIES[customer % len(COUNTRIES)],
        rows=rows,
    )


def _row(random: Random) -> Row:
    product = between(random, 1, PRODUCTS)
    return Row(sku=str(20_000 + product), units=skewed(random, 1, 40), price_minor=25 * (1 + product % 30))


def _cancellation(shop: _Shop, at: datetime) -> Invoice:
    """Of one customer: some of what was bought lately, now and then more than ever was."""
    random = shop.random
    known = sorted(one for one in shop.sold if one)
    customer_id = known[between(random, 0, len(known) - 1)]
    rows = []
    for sold in shop.sold[customer_id][-between(random, 1, 4) :]:
        units = between(random, 1, sold.units) + (sold.units if happens(random, 5) else 0)
        rows.append(Row(sold.sku, units, sold.price_minor))
    return Invoice(
        id=f"C{shop.next_id()}",
        is_cancellation=True,
        time=at,
        customer_id=customer_id,
        country="United Kingdom",
        rows=tuple(rows),
    )
