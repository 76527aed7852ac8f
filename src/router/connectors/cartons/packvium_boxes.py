"""Boxes by packvium: exact in whole millimetres, and the same boxes for the same units on every machine."""

from collections import Counter
from collections.abc import Sequence

from router.app.carriers.packer import DoesNotFit
from router.domain.box import Box, PackedBox, Placement, Unit
from router.domain.reasons import Reason, RouterError

CANDIDATES_MAX = 20_000
"""Positions that the search looks at: it is bounded by counted work, never by a clock."""
FUSE_MILLISECONDS = 60_000


def cartonize(units: Sequence[Unit], boxes: Sequence[Box]) -> tuple[PackedBox, ...]:
    """Boxes for all units. Raises DoesNotFit."""
    try:
        import packvium
    except ImportError as error:
        raise RouterError(
            Reason.NO_BOX_FITS,
            "packing needs the extra `cartons` on the server: pip install 'router[cartons]'",
        ) from error
    sizes = packvium.Dimensions.mm
    kinds = Counter(units)
    order = list(kinds)
    refuse_unpackable(order, boxes)
    config = packvium.PackingConfig.balanced(
        time_limit_ms=FUSE_MILLISECONDS,
        effort_budget=packvium.EffortBudget(max_candidates_evaluated=CANDIDATES_MAX),  # type: ignore[call-arg]
    )
    result = packvium.Packer(config).pack(
        items=[
            packvium.Item.create(
                str(number),
                sizes(one.length_mm, one.width_mm, one.height_mm),
                f"{one.weight_grams} g",
                quantity=kinds[one],
            )
            for number, one in enumerate(order)
        ],
        containers=[
            packvium.Container.create(
                one.id,
                sizes(one.length_mm, one.width_mm, one.height_mm),
                f"{one.tare_grams} g",
                f"{one.weight_grams_max - one.tare_grams} g",
            )
            for one in boxes
            if one.weight_grams_max > one.tare_grams
        ],
    )
    ticks = packvium.Length.parse("1 mm").ticks
    named = {one.id: one for one in boxes}
    packed = []
    for container in result.containers:
        inside = [(order[int(one.instance.item.id)], one) for one in container.placements]
        box = named[container.container.id]
        packed.append(
            PackedBox(
                box=box,
                placements=tuple(
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
                ),
                weight_grams=box.tare_grams + sum(unit.weight_grams for unit, _ in inside),
            )
        )
    missing = kinds - Counter(
        order[int(one.instance.item.id)] for container in result.containers for one in container.placements
    )
    if missing:
        raise DoesNotFit(next(iter(missing)).sku)
    return tuple(packed)


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
