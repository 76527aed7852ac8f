"""What is known of the world was put."""

from dataclasses import dataclass

from router.domain.identifiers import (
    Digest,
)
from router.ledger.orders import LineQuantities as LineQuantities


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsPut:
    product_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChanged:
    network_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutPut:
    bin_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsPut:
    channel_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCostsPut:
    """How many cost something else than before."""

    changed_count: int
