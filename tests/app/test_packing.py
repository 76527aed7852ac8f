"""What is packed fits: judged by arithmetic that shares nothing with the library that found it."""

import random
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from router.app.carriers.check_packing import find_faults
from router.app.carriers.packer import DoesNotFit
from router.app.commands.documents import PutProducts
from router.connectors.cartons.packvium_boxes import cartonize
from router.domain.box import PackedBox, Placement, Unit
from router.domain.identifiers import LineId, Sku
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError
from tests.app.builders import digest, order_for
from tests.app.carrier_builders import LARGE, SMALL, CarryingShop, a_carrying_shop
from tests.app.fulfillment_builders import release

CLOCK = "RED-CLOCK"


def a_unit(line: str, length: int, width: int, height: int, weight: int = 500) -> Unit:
    return Unit(
        line_id=LineId(line),
        sku=Sku(f"sku-{line}"),
        length_mm=length,
        width_mm=width,
        height_mm=height,
        weight_grams=weight,
    )


def lying(unit: Unit, x: int = 0, y: int = 0, z: int = 0, **changes: int) -> Placement:
    placement = Placement(
        line_id=unit.line_id,
        sku=unit.sku,
        x_mm=x,
        y_mm=y,
        z_mm=z,
        length_mm=unit.length_mm,
        width_mm=unit.width_mm,
        height_mm=unit.height_mm,
    )
    return replace(placement, **changes)


CUBE, PLATE = a_unit("1", 100, 100, 100), a_unit("2", 190, 100, 50)


def packed_in(*placements: Placement, weight: int = 1_100) -> tuple[PackedBox, ...]:
    return (PackedBox(box=SMALL, placements=placements, weight_grams=weight),)


@pytest.mark.parametrize(
    ("packed", "says"),
    [
        (packed_in(lying(CUBE), lying(PLATE, y=100)), None),
        (packed_in(lying(CUBE), lying(PLATE, y=99)), "lines 1 and 2 are in the same place of box 1"),
        (packed_in(lying(CUBE), lying(PLATE, x=11, y=100)), "line 2 reaches out of box 1"),
        (packed_in(lying(CUBE, x=-1), lying(PLATE, y=100)), "line 1 reaches out of box 1"),
        (packed_in(lying(CUBE), lying(PLATE, y=100, length_mm=180)), "line 2 in box 1 has other sizes"),
        (packed_in(lying(CUBE), weight=600), "line 2 has 1 units, 0 are packed"),
        (packed_in(lying(CUBE), lying(PLATE, y=100), weight=1_000), "box 1 weighs 1100 g, it says 1000"),
        ((*packed_in(lying(CUBE), lying(PLATE, y=100)), *packed_in(weight=100)), "box 2 is empty"),
    ],
)
def test_the_judge_finds_each_fault(packed: tuple[PackedBox, ...], says: str | None) -> None:
    faults = list(find_faults([CUBE, PLATE], [SMALL], packed))

    assert faults == [] if says is None else says in faults[0]


def test_the_judge_knows_the_boxes_and_what_they_may_weigh() -> None:
    heavy = replace(CUBE, weight_grams=4_950)

    assert "box 1 weighs 5050 g" in next(find_faults([heavy], [SMALL], packed_in(lying(heavy), weight=5_050)))
    assert "box 1 is `S`, which is not there" in next(
        find_faults([CUBE], [LARGE], packed_in(lying(CUBE), weight=600))
    )


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_packed_fits_and_is_found_again(seed: int) -> None:
    chance = random.Random(seed)
    units = [
        unit
        for line in range(chance.randint(1, 5))
        for unit in [
            a_unit(str(line), *(chance.randint(20, 190) for _ in range(3)), chance.randint(50, 2_000))
        ]
        * chance.randint(1, 5)
    ]

    packed = cartonize(units, [SMALL, LARGE])

    assert list(find_faults(units, [SMALL, LARGE], packed)) == []
    assert cartonize(units, [SMALL, LARGE]) == packed


def test_a_small_box_is_taken_where_it_suffices() -> None:
    assert [one.box.id for one in cartonize([CUBE], [LARGE, SMALL])] == ["S"]


@pytest.mark.parametrize("unit", [a_unit("1", 500, 10, 10), a_unit("1", 10, 10, 10, weight=30_000)])
def test_what_fits_no_box_is_named(unit: Unit) -> None:
    with pytest.raises(DoesNotFit) as refused:
        cartonize([CUBE, unit], [SMALL, LARGE])

    assert refused.value.sku == unit.sku


@pytest.fixture
def shop() -> Iterator[CarryingShop]:
    with a_carrying_shop(stock={"lille": {CLOCK: 30}}) as shop:
        put_clock(shop, 100, 100, 90)
        shop.shop.route(order_for(CLOCK, 12, "A-1"))
        release(shop.shop, "A-1/1")
        yield shop


def put_clock(shop: CarryingShop, length: int, width: int, height: int) -> None:
    clock = Product(sku=Sku(CLOCK), weight_grams=500, length_mm=length, width_mm=width, height_mm=height)
    key = shop.shop.key()
    shop.shop.answer(PutProducts(request_id=key, body_digest=digest(key), products=(clock,)))


def refusal_of(shop: CarryingShop, shipment_id: str = "A-1/1") -> RouterError:
    with pytest.raises(RouterError) as refused:
        shop.pack(shipment_id)
    return refused.value


def test_a_packed_shipment_has_a_label_for_each_box_and_is_booked_by_them(shop: CarryingShop) -> None:
    shop.put_boxes(SMALL)

    packed = shop.pack("A-1/1")

    labels = shop.shop.queries.shipments.labels("A-1/1")
    assert [label.weight_grams for label in labels] == [one.weight_grams for one in packed.boxes]
    assert sum(one.quantity for label in labels for one in label.contents) == 12
    booking = shop.book("A-1/1")
    assert booking.parcel_count == len(packed.boxes) == 2
    assert booking.weight_grams == 12 * 500 + 2 * SMALL.tare_grams
    assert packed.planned_count == 1


def test_a_packing_is_kept_until_the_shipment_loses_units(shop: CarryingShop) -> None:
    shop.put_boxes(SMALL)
    packed = shop.pack("A-1/1")
    found = shop.shop.queries.carriers.find_packing("A-1/1")
    assert found is not None
    assert found.boxes == packed.boxes

    shop.shop.cancel("A-1", {"1": 1})

    assert shop.shop.queries.carriers.find_packing("A-1/1") is None
    assert len(shop.shop.queries.shipments.labels("A-1/1")) == 1, "the parcels of its plan again"


def test_no_box_is_fuller_than_its_service_level_carries(shop: CarryingShop) -> None:
    shop.put_boxes(replace(LARGE, weight_grams_max=900_000))
    carried = shop.shop.queries.carriers.to_pack("A-1/1").parcel_weight_grams_max

    assert 0 < carried < 900_000
    assert {one.box.weight_grams_max for one in shop.pack("A-1/1").boxes} == {carried}


def test_what_cannot_be_packed_says_why(shop: CarryingShop) -> None:
    none = refusal_of(shop)
    shop.put_boxes(SMALL)
    put_clock(shop, 300, 100, 100)
    too_long = refusal_of(shop)
    put_clock(shop, 0, 0, 0)
    unmeasured = refusal_of(shop)

    assert {one.reason for one in (none, too_long, unmeasured)} == {Reason.NO_BOX_FITS}
    assert none.message == "no boxes were put yet; put them with PutBoxes"
    assert too_long.message.startswith("product `RED-CLOCK` of shipment `A-1/1` fits in none of the 1 boxes")
    assert unmeasured.message.startswith("product `RED-CLOCK` of shipment `A-1/1` has no sizes")


def test_what_is_not_at_work_is_not_packed(shop: CarryingShop) -> None:
    shop.put_boxes(SMALL)
    shop.shop.dispatch("A-1/1")

    assert refusal_of(shop).reason is Reason.ORDER_STATE_FORBIDS


def test_a_shipment_that_was_canceled_is_not_packed_and_says_so(shop: CarryingShop) -> None:
    shop.put_boxes(SMALL)
    shop.shop.cancel("A-1", {"1": 12})

    refusal = refusal_of(shop)

    assert refusal.reason is Reason.ORDER_STATE_FORBIDS
    assert refusal.message.startswith("shipment `A-1/1` is CANCELED, to pack it")
