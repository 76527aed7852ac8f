"""Boxes by packvium: exact in whole millimetres, and the same boxes for the same units on every machine."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from router.app.carriers.packer import DoesNotFit
from router.domain.box import Box, PackedBox, Placement, Unit
from router.domain.reasons import Reason, RouterError

if TYPE_CHECKING:
    import packvium

CANDIDATES_MAX = 20_000
"""Positions that the search looks at: it is bounded by counted work, never by a clock."""
FUSE_MILLISECONDS = 60_000


def cartonize(units: Sequence[Unit], boxes: Sequence[Box]) -> tuple[PackedBox, ...]:
    """Boxes for all units. Raises DoesNotFit for a unit that none takes, and NO_BOX_FITS where packvium is missing."""
    try:
        import packvium
    except ImportError as error:
        raise RouterError(
            Reason.NO_BOX_FITS,
            "packing needs the extra `cartons` on the server: pip install 'router[cartons]'",
        ) from error
    kinds = Counter(units)
    order = list(kinds)
    refuse_unpackable(order, boxes)
    config = packvium.PackingConfig.balanced(
        time_limit_ms=FUSE_MILLISECONDS,
        effort_budget=packvium.EffortBudget(max_candidates_evaluated=CANDIDATES_MAX),  # type: ignore[call-arg]
    )
    result = packvium.Packer(config).pack(
        items=[item_of(str(number), one, kinds[one]) for number, one in enumerate(order)],
        containers=[container_of(one) for one in boxes if one.weight_grams_max > one.tare_grams],
    )
    named = {one.id: one for one in boxes}
    packed = [
        (named[one.container.id], [(order[int(it.instance.item.id)], it) for it in one.placements])
        for one in result.containers
    ]
    missing = kinds - Counter(unit for _, inside in packed for unit, _ in inside)
    if missing:
        raise DoesNotFit(next(iter(missing)).sku)
    return tuple(packed_box(*one) for one in packed)


def item_of(name: str, unit: Unit, count: int) -> "packvium.Item":
    """So many units of one kind."""
    import packvium

    sizes = packvium.Dimensions.mm(unit.length_mm, unit.width_mm, unit.height_mm)
    return packvium.Item.create(name, sizes, f"{unit.weight_grams} g", quantity=count)


def container_of(box: Box) -> "packvium.Container":
    """A box that takes what its limit leaves beside its own weight."""
    import packvium

    sizes = packvium.Dimensions.mm(box.length_mm, box.width_mm, box.height_mm)
    room_grams = box.weight_grams_max - box.tare_grams
    return packvium.Container.create(box.id, sizes, f"{box.tare_grams} g", f"{room_grams} g")


def packed_box(box: Box, inside: "Sequence[tuple[Unit, packvium.Placement]]") -> PackedBox:
    """The box with each unit where it lies, in whole millimetres."""
    import packvium

    ticks = packvium.Length.parse("1 mm").ticks
    placements = tuple(
        Placement(
            line_id=unit.line_id,
            sku=unit.sku,
            x_mm=one.position.x // ticks,
            y_mm=one.position.y // ticks,
            z_mm=one.position.z // ticks,
            length_mm=one.dimensions.length.ticks // ticks,
            width_mm=one.dimensions.width.ticks // ticks,
            height_mm=one.dimensions.height.ticks // ticks,
        )
        for unit, one in inside
    )
    weight_grams = box.tare_grams + sum(unit.weight_grams for unit, _ in inside)
    return PackedBox(box=box, placements=placements, weight_grams=weight_grams)


def refuse_unpackable(units: Sequence[Unit], boxes: Sequence[Box]) -> None:
    """Raises DoesNotFit for a unit that no box takes even alone: no search has to find that out."""
    for one in units:
        unit = sorted((one.length_mm, one.width_mm, one.height_mm))
        if not any(
            all(
                side <= room
                for side, room in zip(unit, sorted((b.length_mm, b.width_mm, b.height_mm)), strict=True)
            )
            and b.tare_grams + one.weight_grams <= b.weight_grams_max
            for b in boxes
        ):
            raise DoesNotFit(one.sku)
