"""What is sold: the physical facts that decide how it can travel."""

from collections.abc import Mapping

from msgspec import Struct, field

from router.domain.identifiers import Day, Sku


class Product(Struct, frozen=True, kw_only=True, gc=False):
    """One SKU. `hazmat` is a dangerous-goods class or empty; `temperature` is AMBIENT, CHILLED or FROZEN.

    Before `release_day`, if it has one, the product is sold as a pre-order.
    """

    sku: Sku
    name: str = ""
    category: str = ""
    weight_grams: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    hazmat: str = ""
    temperature: str = "AMBIENT"
    attributes: Mapping[str, str] = field(default_factory=dict)
    release_day: Day | None = None

    @property
    def volume_mm3(self) -> int:
        return self.length_mm * self.width_mm * self.height_mm
