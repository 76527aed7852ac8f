"""Where returned goods go: the node for which the way back costs least, less what the goods are worth there."""

from collections.abc import Callable, Iterable, Sequence

from router.domain.identifiers import NodeId, Sku
from router.domain.order import Destination
from router.domain.product import Product
from router.domain.return_policy import ReturnOption
from router.routing.decision import Prices
from router.routing.network.prepared import PreparedNetwork
from router.solver.tables import NO_ROW


def rank_return_nodes(
    network: PreparedNetwork,
    customer: Destination,
    units: Sequence[tuple[Product, int]],
    allowed: Iterable[NodeId],
    free_at: Callable[[NodeId, Sku], int],
    prices: Prices,
    resale_minor: int,
) -> tuple[ReturnOption, ...]:
    """Every open node among `allowed` (none: all) that a service level reaches, the best first.

    Where somebody looks ahead a unit brings the price of a unit of stock there. Otherwise it brings `resale_minor`
    where none is free to sell, and the less the more are.
    """
    wanted = frozenset(allowed)
    reach = network.reach(customer)
    weight = sum(product.weight_grams * count for product, count in units)
    volume = sum(volume_of(product) * count for product, count in units)
    options = []
    for node_id, node in network.open_node_index.items():
        if wanted and node_id not in wanted:
            continue
        lanes = [
            (freight, service)
            for service, row in enumerate(reach.row[node].tolist())
            if row != NO_ROW
            and (freight := freight_milli(network, service, int(row), weight, volume)) is not None
            and all(network.accepts(product)[service] for product, _ in units)
        ]
        if not lanes:
            continue
        freight, service = min(lanes)
        options.append(
            ReturnOption(
                node_id=node_id,
                service_level_id=network.services[service].id,
                freight_milli=freight,
                handling_milli=int(network.handling_milli[node]),
                resale_milli=sum(
                    resale_milli(prices, node_id, product.sku, count, free_at, resale_minor)
                    for product, count in units
                ),
            )
        )
    return tuple(sorted(options, key=lambda one: (one.total_milli, one.node_id)))


def volume_of(product: Product) -> int:
    return product.length_mm * product.width_mm * product.height_mm


def freight_milli(network: PreparedNetwork, service: int, row: int, weight: int, volume: int) -> int | None:
    """What one parcel costs by a row of a tariff; of what is too heavy, the parcels that its last bracket takes."""
    divisor = int(network.dim_divisor[service])
    billable = weight
    if divisor and volume >= int(network.dim_volume_min[service]):
        billable = max(weight, (volume + divisor - 1) // divisor)
    brackets = network.rates.brackets
    first, last = int(brackets.row_start[row]), int(brackets.row_start[row + 1])
    if first == last:
        return None
    largest = int(brackets.weight_max[last - 1])
    if largest <= 0:
        return None
    full, rest = divmod(billable, largest)
    return full * charge_of(network, first, last, largest) + (
        charge_of(network, first, last, rest) if rest or not full else 0
    )


def charge_of(network: PreparedNetwork, first: int, last: int, billable: int) -> int:
    """The charge of one parcel, rounded up to whole minor units where it grows with the weight."""
    brackets = network.rates.brackets
    index = next(index for index in range(first, last) if int(brackets.weight_max[index]) >= billable)
    base, rate = int(brackets.base_milli[index]), int(brackets.rate_micro[index])
    return base + 1000 * -((-rate * billable) // 1_000_000)


def resale_milli(
    prices: Prices,
    node_id: NodeId,
    sku: Sku,
    count: int,
    free_at: Callable[[NodeId, Sku], int],
    resale_minor: int,
) -> int:
    """What `count` units bring at a node."""
    priced = prices.stock_milli.get(sku)
    if priced is not None and node_id in priced:
        return priced[node_id] * count
    free = max(0, free_at(node_id, sku))
    return 1000 * resale_minor * count * count // (count + free)
