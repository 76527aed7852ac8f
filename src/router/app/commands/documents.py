"""What is known of the world: products, network, channels, layouts."""

from dataclasses import dataclass

from router.app.commands.write import Write
from router.domain.carrier import Carrier, ServiceLevel
from router.domain.channel import Channel
from router.domain.layout import Layout
from router.domain.network import Network
from router.domain.node import Node
from router.domain.product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class PutProducts(Write):
    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutNetwork(Write):
    network: Network


@dataclass(frozen=True, slots=True, kw_only=True)
class PutChannels(Write):
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutNodes(Write):
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutServiceLevels(Write):
    service_levels: tuple[ServiceLevel, ...]
    carriers: tuple[Carrier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PutLayout(Write):
    layout: Layout
