"""The judge of the supply chain: reads the tables itself, knows nothing of networks, rules or tariffs of the router."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.real.logistics_input import HistoricalOrder, Input, Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What the router answered for an order it served."""

    order_id: str
    plant: str
    service_level: str
    freight_minor: int
    storage_minor: int
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The historical assignment: cost of each order that can be priced, and how often it broke which limit."""

    freight_minor: Mapping[str, int]
    storage_minor: Mapping[str, int]
    broken: Mapping[str, int]


class Judge:
    """Knows the tables and prices or refuses single plans."""

    def __init__(self, data: Input) -> None:
        self.data = data
        self._orders = {order.id: order for order in data.orders}
        self._limits: dict[tuple[str, str, str, str, int], set[int]] = {}
        self._lanes: dict[tuple[str, str], list[Rate]] = {}
        for rate in data.rates:
            self._limits.setdefault(rate.table, set()).add(rate.weight_grams_max)
            self._lanes.setdefault((rate.port, rate.service), []).append(rate)

    def charges(self, order: HistoricalOrder, plant: str) -> Mapping[str, int]:
        """The charge of each carrier that can take the order from the plant; empty if none can."""
        if order.service == "CRF":
            return {"V44_3": 0}
        cheapest: dict[str, int] = {}
        for port in sorted(self.data.ports[plant]):
            for rate in self._lanes.get((port, order.service), ()):
                if self._applies(rate, order.weight_grams):
                    charge = rate.charge_minor(order.weight_grams)
                    cheapest[rate.carrier] = min(charge, cheapest.get(rate.carrier, charge))
        return cheapest

    def plants_of(self, order: HistoricalOrder) -> list[str]:
        """Plants that may serve the order and have a row of the tariff for it."""
        supplied = sorted(self.data.supplied.get(order.product_id, ()))
        return [p for p in supplied if self.data.may_serve(p, order) and self.charges(order, p)]

    def storage_minor(self, order: HistoricalOrder, plant: str) -> int:
        return self.data.storage_minor_per_unit[plant] * order.units

    def faults_of(self, served: Sequence[Served]) -> Iterator[str]:
        """Every limit that one day's plans break and every amount that is not what the tables say."""
        for plant, count in sorted(Counter(each.plant for each in served).items()):
            if count > self.data.plants[plant]:
                yield f"{plant} ships {count}, its limit is {self.data.plants[plant]}"
        if len({each.order_id for each in served}) != len(served):
            yield "an order is served twice"
        for each in served:
            order = self._orders[each.order_id]
            carrier = each.service_level.split("/")[0]
            if not self.data.may_serve(each.plant, order):
                yield f"{each.plant} may not serve {each.order_id}"
            elif each.freight_minor != self.charges(order, each.plant).get(carrier):
                yield f"{each.order_id}: {carrier} does not charge {each.freight_minor}"
            elif each.storage_minor != self.storage_minor(order, each.plant):
                yield f"{each.order_id}: storage is not {each.storage_minor}"
            elif each.total_minor != each.freight_minor + each.storage_minor:
                yield f"{each.order_id}: the parts do not add up to {each.total_minor}"

    def price_history(self) -> History:
        """The historical plants and carriers at the tables' prices; a carrier without a row there counts as broken."""
        data, freight = self.data, {}
        load = Counter(order.plant for order in data.orders)
        broken = Counter(
            {"orders above a plant's daily limit": sum(max(0, n - data.plants[p]) for p, n in load.items())}
        )
        for order in data.orders:
            offers = self.charges(order, order.plant)
            if order.carrier in offers:
                freight[order.id] = offers[order.carrier]
            broken["orders that the plant may not serve"] += not data.may_serve(order.plant, order)
            broken["orders through a port that the plant is not linked to"] += (
                order.port not in data.ports[order.plant]
            )
            broken["orders whose carrier has no rate there"] += order.carrier not in offers
        storage = {o.id: self.storage_minor(o, o.plant) for o in data.orders if o.id in freight}
        return History(freight_minor=freight, storage_minor=storage, broken=broken)

    def _applies(self, rate: Rate, weight_grams: int) -> bool:
        """Bands reach down to the next lower limit of their price list, so that no weight falls between two."""
        lower = [limit for limit in self._limits[rate.table] if limit <= rate.weight_grams_min]
        return max(lower, default=0) < weight_grams <= rate.weight_grams_max
