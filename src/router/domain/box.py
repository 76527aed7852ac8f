"""Boxes that parcels are packed in, and how goods lie in them. Lengths are whole millimetres, weights grams."""

from msgspec import Struct

from router.domain.identifiers import LineId, Sku


class Box(Struct, frozen=True, kw_only=True, gc=False):
    """A kind of box: inner sizes, what it weighs empty, and the most that it may weigh full."""

    id: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_grams: int
    weight_grams_max: int

    @property
    def volume_mm3(self) -> int:
        return self.length_mm * self.width_mm * self.height_mm


class Placement(Struct, frozen=True, kw_only=True, gc=False):
    """One unit in a box: its corner nearest to the box's, and its extent along the box's length, width and height."""

    line_id: LineId
    sku: Sku
    x_mm: int
    y_mm: int
    z_mm: int
    length_mm: int
    width_mm: int
    height_mm: int


class PackedBox(Struct, frozen=True, kw_only=True, gc=False):
    """A box with what is in it; `weight_grams` includes the box."""

    box: Box
    placements: tuple[Placement, ...]
    weight_grams: int


class Unit(Struct, frozen=True, kw_only=True, gc=False):
    """One unit that is to be packed, with its sizes as it was measured."""

    line_id: LineId
    sku: Sku
    length_mm: int
    width_mm: int
    height_mm: int
    weight_grams: int
