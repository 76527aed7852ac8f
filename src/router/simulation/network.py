"""The simulated network: eight warehouses, ten stores and two suppliers, what they cost and when they work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from router.domain.identifiers import Day, NodeId, ServiceLevelId
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.simulation.carriers import CARRIERS, service_levels
from router.simulation.places import place_table
from router.simulation.sites import SITES, Site

HOLIDAYS_2026 = tuple(
    Day(date(2026, month, day).toordinal())
    for month, day in ((1, 1), (1, 19), (5, 25), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25))
)
STORE_SERVICES = ("FEDEX/HOME", "UPS/2DAY", "UPS/GROUND", "USPS/GROUND_ADVANTAGE", "USPS/PRIORITY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What nodes of a kind share: services, costs in US cents, and cut-offs Monday to Sunday in local minutes."""

    service_level_ids: tuple[str, ...]
    handling_minor: int
    pick_line_minor: int
    pick_unit_minor: int
    packaging_minor: int
    cut_off_minutes: tuple[int | None, ...]
    processing_days: int = 0


KINDS: Mapping[str, Kind] = {
    "WAREHOUSE": Kind(
        service_level_ids=(*STORE_SERVICES, "FEDEX/EXPRESS_SAVER", "UPS/NEXT_DAY"),
        handling_minor=65,
        pick_line_minor=28,
        pick_unit_minor=9,
        packaging_minor=48,
        cut_off_minutes=(1_020, 1_020, 1_020, 1_020, 1_020, None, None),
    ),
    "STORE": Kind(
        service_level_ids=STORE_SERVICES,
        handling_minor=190,
        pick_line_minor=70,
        pick_unit_minor=25,
        packaging_minor=85,
        cut_off_minutes=(840, 840, 840, 840, 840, 660, None),
    ),
    "SUPPLIER": Kind(
        service_level_ids=("UPS/GROUND",),
        handling_minor=240,
        pick_line_minor=40,
        pick_unit_minor=15,
        packaging_minor=90,
        cut_off_minutes=(720, 720, 720, 720, 720, None, None),
        processing_days=2,
    ),
}
LATE_CUT_OFF_MINUTES = (1_110, 1_110, 1_110, 1_110, 1_110, 720, None)
"""The two largest warehouses work longer, and on Saturday morning."""
LARGE_SHIPMENTS_PER_DAY = 600


def simulated_network() -> Network:
    """The same network every time, ready to be put into a server; amounts are US cents."""
    far_nodes = [NodeId(site.id) for site in SITES if site.kind != "SUPPLIER"]
    return Network(
        currency="USD",
        nodes=tuple(map(_node, SITES)),
        carriers=CARRIERS,
        service_levels=service_levels(far_nodes),
        places=place_table(),
    )


def _node(site: Site) -> Node:
    kind = KINDS[site.kind]
    is_large = site.shipments_per_day >= LARGE_SHIPMENTS_PER_DAY
    return Node(
        id=NodeId(site.id),
        name=site.name,
        kind=site.kind,
        country="US",
        region=site.region,
        postal_code=site.postal_code,
        point=site.point,
        calendar=NodeCalendar(
            time_zone=site.time_zone,
            cut_off_minutes=LATE_CUT_OFF_MINUTES if is_large else kind.cut_off_minutes,
            closed_days=HOLIDAYS_2026,
            processing_days=kind.processing_days,
        ),
        service_level_ids=tuple(
            map(ServiceLevelId, sorted({*kind.service_level_ids, *site.further_services}))
        ),
        shipments_per_day=site.shipments_per_day,
        handling_minor=kind.handling_minor,
        pick_line_minor=kind.pick_line_minor,
        pick_unit_minor=kind.pick_unit_minor,
        packaging_minor=kind.packaging_minor,
    )
