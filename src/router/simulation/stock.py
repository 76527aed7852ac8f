"""Simulated stock: enough near most customers, thin in stores, short for a few products."""

from collections.abc import Mapping, Sequence
from random import Random

from router.domain.identifiers import NodeId, Sku
from router.domain.network import Network
from router.domain.node import Node
from router.simulation.catalog import Article
from router.simulation.chance import between, happens, stream

UNITS_PER_ORDER_MILLI = 2_300
"""Units an average order asks for, in thousandths."""
COLD_SERVICE = "COLDX/CHILLED"
FREIGHT_GRAMS = 25_000
SHORT_PERCENT = 5
"""Products of which too little was bought."""
SINGLE_PERCENT = 6
"""Products that a single warehouse holds."""
STORE_ONLY_PERCENT = 5
"""Light products on clearance, of which only stores have some left."""
STORE_ONLY_GRAMS_MAX = 3_000
CARRIED_PERCENT = {"WAREHOUSE": 90, "STORE": 34, "SUPPLIER": 80}
SUPPLIED_CATEGORIES = ("garden", "home")


def simulated_stock(
    seed: int, articles: Sequence[Article], network: Network, order_count: int
) -> Mapping[NodeId, Mapping[Sku, int]]:
    """Units on hand per node and SKU, by id, for `order_count` orders to come; every SKU is somewhere."""
    random = stream(seed, "stock")
    popularity = sum(article.popularity for article in articles)
    rows: dict[NodeId, dict[Sku, int]] = {node.id: {} for node in network.nodes}
    for article in articles:
        expected = UNITS_PER_ORDER_MILLI * order_count * article.popularity // popularity // 1_000
        for node_id, units in _spread(random, article, network.nodes, max(2, expected)).items():
            rows[node_id][article.product.sku] = units
    return rows


def _spread(random: Random, article: Article, nodes: Sequence[Node], expected: int) -> Mapping[NodeId, int]:
    """How many of the `expected` units, and some more, lie where; at least one node gets some."""
    able = [node for node in nodes if _can_hold(node, article)]
    warehouses = [node for node in able if node.kind == "WAREHOUSE"]
    stores = [node for node in able if node.kind == "STORE"]
    if stores and article.product.weight_grams < STORE_ONLY_GRAMS_MAX and happens(random, STORE_ONLY_PERCENT):
        return {node.id: 2 + expected // 6 for node in stores}
    home = warehouses[between(random, 0, len(warehouses) - 1)]
    if happens(random, SINGLE_PERCENT):
        return {home.id: expected * 3 // 2 + 2}
    if happens(random, SHORT_PERCENT):
        return {home.id: max(1, expected // 2)}
    carriers = [node for node in able if node is home or happens(random, CARRIED_PERCENT[node.kind])]
    return {node.id: _units(random, node, expected, len(warehouses)) for node in carriers}


def _units(random: Random, node: Node, expected: int, warehouse_count: int) -> int:
    if node.kind == "STORE":
        return between(random, 1, 2 + expected // 25)
    share = -(-expected // warehouse_count)
    return between(random, 1 + share * 3 // 4, 4 + share * 5 // 2)


def _can_hold(node: Node, article: Article) -> bool:
    product = article.product
    if product.temperature != "AMBIENT":
        return COLD_SERVICE in node.service_level_ids
    if node.kind == "SUPPLIER":
        return product.category in SUPPLIED_CATEGORIES
    return node.kind == "WAREHOUSE" or product.weight_grams < FREIGHT_GRAMS
