"""The simulated carriers and their service levels."""

from collections.abc import Sequence
from dataclasses import replace

from router.domain.carrier import EVERY_DAY, WEEKDAYS, Carrier, ServiceLevel
from router.domain.identifiers import CarrierId, NodeId, ServiceLevelId
from router.simulation.tariffs import HEAVY_POUNDS, RateFormula, parcel_tariff, pounds, weight_tariff

MONDAY_TO_SATURDAY = 0b0111111
DIM_139_MM3_PER_GRAM = 5_022
"""139 cubic inches per pound: what UPS, FedEx and OnTrac count as a pound."""
DIM_166_MM3_PER_GRAM = 5_997
"""166 cubic inches per pound, which USPS counts from one cubic foot on."""
CUBIC_FOOT_MM3 = 28_316_847

CARRIERS: tuple[Carrier, ...] = tuple(
    Carrier(id=CarrierId(carrier_id), name=name)
    for carrier_id, name in (
        ("COLDX", "ColdX Refrigerated"),
        ("ESTES", "Estes Freight"),
        ("FEDEX", "FedEx"),
        ("ONTRAC", "OnTrac"),
        ("UPS", "UPS"),
        ("USPS", "U.S. Postal Service"),
    )
)

_TEMPLATE = ServiceLevel(
    id=ServiceLevelId("CARRIER/LEVEL"),
    carrier_id=CarrierId("CARRIER"),
    countries=("US",),
    parcel_weight_grams_max=pounds(70),
    dim_mm3_per_gram=DIM_139_MM3_PER_GRAM,
    tariff=parcel_tariff(RateFormula(start=0, step=0, pound=0, pound_step=0), (1,)),
)


def _named(service_level_id: str, name: str) -> ServiceLevel:
    carrier, _ = service_level_id.split("/")
    return replace(_TEMPLATE, id=ServiceLevelId(service_level_id), carrier_id=CarrierId(carrier), name=name)


def _postal(far_nodes: Sequence[NodeId]) -> tuple[ServiceLevel, ...]:
    postal = replace(
        _named("USPS/GROUND_ADVANTAGE", "Ground Advantage"),
        delivery_weekdays=MONDAY_TO_SATURDAY,
        dim_mm3_per_gram=DIM_166_MM3_PER_GRAM,
        dim_volume_mm3_min=CUBIC_FOOT_MM3 + 1,
        item_length_mm_max=1_371,
    )
    ground = RateFormula(start=505, step=28, pound=62, pound_step=14, ounces=((4, 190), (8, 140), (12, 60)))
    priority = RateFormula(start=690, step=62, pound=78, pound_step=26)
    return (
        replace(
            postal,
            hazmat_accepted=("AEROSOL", "LITHIUM"),
            tariff=parcel_tariff(ground, (2, 2, 3, 3, 4, 5, 5), far_nodes=far_nodes, far_transit_days=7),
        ),
        replace(
            postal,
            id=ServiceLevelId("USPS/PRIORITY"),
            name="Priority Mail",
            mode="AIR",
            tariff=parcel_tariff(priority, (1, 2, 2, 2, 3, 3, 3), far_nodes=far_nodes, far_transit_days=4),
        ),
    )


def _private_ground(far_nodes: Sequence[NodeId]) -> tuple[ServiceLevel, ...]:
    hazmat = ("AEROSOL", "LITHIUM")
    ups = RateFormula(start=640, step=38, pound=34, pound_step=8, pounds=HEAVY_POUNDS)
    home = RateFormula(start=560, step=36, pound=36, pound_step=9, pounds=HEAVY_POUNDS)
    ontrac = RateFormula(start=540, step=30, pound=30, pound_step=8)
    return (
        replace(
            _named("UPS/GROUND", "Ground"),
            parcel_weight_grams_max=pounds(150),
            item_length_mm_max=2_743,
            hazmat_accepted=hazmat,
            tariff=parcel_tariff(
                ups, (1, 2, 2, 3, 4, 5, 5), surcharge_minor=45, far_nodes=far_nodes, far_transit_days=6
            ),
        ),
        replace(
            _named("FEDEX/HOME", "Home Delivery"),
            delivery_weekdays=EVERY_DAY,
            parcel_weight_grams_max=pounds(150),
            item_length_mm_max=2_743,
            hazmat_accepted=hazmat,
            tariff=parcel_tariff(home, (1, 2, 2, 3, 4, 4, 5), surcharge_minor=150),
        ),
        replace(
            _named("ONTRAC/GROUND", "Ground"),
            delivery_weekdays=MONDAY_TO_SATURDAY,
            item_length_mm_max=1_200,
            hazmat_accepted=("LITHIUM",),
            tariff=parcel_tariff(ontrac, (1, 1, 2), surcharge_minor=20),
        ),
    )


def _express(far_nodes: Sequence[NodeId]) -> tuple[ServiceLevel, ...]:
    saver = RateFormula(start=1_120, step=95, pound=85, pound_step=24, pounds=HEAVY_POUNDS)
    second_day = RateFormula(start=1_480, step=150, pound=110, pound_step=38, pounds=HEAVY_POUNDS)
    next_day = RateFormula(start=2_650, step=420, pound=180, pound_step=62, pounds=HEAVY_POUNDS)
    heavy = replace(_TEMPLATE, mode="AIR", parcel_weight_grams_max=pounds(150), item_length_mm_max=2_743)
    return (
        replace(
            heavy,
            id=ServiceLevelId("FEDEX/EXPRESS_SAVER"),
            carrier_id=CarrierId("FEDEX"),
            name="Express Saver",
            tariff=parcel_tariff(saver, (1, 2, 3, 3, 3, 3, 3)),
        ),
        replace(
            heavy,
            id=ServiceLevelId("UPS/2DAY"),
            carrier_id=CarrierId("UPS"),
            name="2nd Day Air",
            tariff=parcel_tariff(second_day, (1, 2, 2, 2, 2, 2, 2), far_nodes=far_nodes, far_transit_days=3),
        ),
        replace(
            heavy,
            id=ServiceLevelId("UPS/NEXT_DAY"),
            carrier_id=CarrierId("UPS"),
            name="Next Day Air",
            delivery_weekdays=MONDAY_TO_SATURDAY,
            tariff=parcel_tariff(next_day, (1, 1, 1, 1, 1, 1, 1), far_nodes=far_nodes, far_transit_days=2),
        ),
    )


def _special() -> tuple[ServiceLevel, ...]:
    chilled = RateFormula(start=620, step=80, pound=42, pound_step=12)
    return (
        replace(
            _named("COLDX/CHILLED", "Refrigerated parcel"),
            mode="COLD",
            pickup_weekdays=WEEKDAYS,
            delivery_weekdays=MONDAY_TO_SATURDAY,
            temperatures_accepted=("AMBIENT", "CHILLED", "FROZEN"),
            tariff=parcel_tariff(chilled, (1, 1, 2, 2, 2, 3, 3)),
        ),
        replace(
            _named("ESTES/LTL", "Less than truckload"),
            mode="FREIGHT",
            parcel_weight_grams_max=2_000_000,
            dim_mm3_per_gram=0,
            hazmat_accepted=("AEROSOL", "LITHIUM"),
            tariff=weight_tariff(
                (9_900, 11_500, 13_900, 16_900, 19_500, 22_500, 25_900),
                (22_000, 27_000, 34_000, 43_000, 52_000, 61_000, 72_000),
                (2, 2, 3, 4, 5, 6, 7),
                2_000_000,
            ),
        ),
    )


def service_levels(far_nodes: Sequence[NodeId]) -> tuple[ServiceLevel, ...]:
    """All service levels, by id; those that reach Alaska, Hawaii and Puerto Rico do so from `far_nodes`."""
    every = (*_postal(far_nodes), *_private_ground(far_nodes), *_express(far_nodes), *_special())
    return tuple(sorted(every, key=lambda level: level.id))
