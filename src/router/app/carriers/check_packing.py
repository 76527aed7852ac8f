"""A judge of packings that shares nothing with whoever found them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from router.domain.box import Box, PackedBox, Placement, Unit
from router.domain.identifiers import LineId, Sku


def find_faults(units: Sequence[Unit], boxes: Sequence[Box], packed: Sequence[PackedBox]) -> Iterator[str]:
    """What is wrong: units missing or doubled, out of the box or into each other, turned into others, or too heavy."""
    wanted = Counter((one.line_id, one.sku) for one in units)
    found = Counter((one.line_id, one.sku) for box in packed for one in box.placements)
    for line_id, sku in wanted | found:
        if wanted[line_id, sku] != found[line_id, sku]:
            yield f"line {line_id} has {wanted[line_id, sku]} units, {found[line_id, sku]} are packed"
    known = {(one.line_id, one.sku): one for one in units}
    for number, one in enumerate(packed, start=1):
        if one.box not in boxes:
            yield f"box {number} is `{one.box.id}`, which is not there"
        weight = one.box.tare_grams + sum(
            known[each.line_id, each.sku].weight_grams
            for each in one.placements
            if (each.line_id, each.sku) in known
        )
        if weight != one.weight_grams or weight > one.box.weight_grams_max:
            yield f"box {number} weighs {weight} g, it says {one.weight_grams} and may {one.box.weight_grams_max}"
        if not one.placements:
            yield f"box {number} is empty"
        yield from find_misplaced(number, one, known)


def find_misplaced(number: int, packed: PackedBox, known: Mapping[tuple[LineId, Sku], Unit]) -> Iterator[str]:
    box = packed.box
    for one in packed.placements:
        unit = known.get((one.line_id, one.sku))
        if unit is not None and sorted(extent_of(one)) != sorted(
            (unit.length_mm, unit.width_mm, unit.height_mm)
        ):
            yield f"line {one.line_id} in box {number} has other sizes than it was measured with"
        ends = (one.x_mm + one.length_mm, one.y_mm + one.width_mm, one.z_mm + one.height_mm)
        sizes = (box.length_mm, box.width_mm, box.height_mm)
        if min(one.x_mm, one.y_mm, one.z_mm) < 0 or any(
            end > size for end, size in zip(ends, sizes, strict=True)
        ):
            yield f"line {one.line_id} reaches out of box {number}"
    for a, b in combinations(packed.placements, 2):
        if is_overlapping(a, b):
            yield f"lines {a.line_id} and {b.line_id} are in the same place of box {number}"


def extent_of(one: Placement) -> tuple[int, int, int]:
    return one.length_mm, one.width_mm, one.height_mm


def is_overlapping(a: Placement, b: Placement) -> bool:
    """Whether two units share any room; to touch is none."""
    return (
        a.x_mm < b.x_mm + b.length_mm
        and b.x_mm < a.x_mm + a.length_mm
        and a.y_mm < b.y_mm + b.width_mm
        and b.y_mm < a.y_mm + a.width_mm
        and a.z_mm < b.z_mm + b.height_mm
        and b.z_mm < a.z_mm + a.height_mm
    )
