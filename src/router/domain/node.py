"""Places that hold stock and ship it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.domain.identifiers import Day, NodeId, ServiceLevelId
from router.domain.place import Point

MONDAY_TO_FRIDAY_17 = (1020, 1020, 1020, 1020, 1020, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCalendar:
    """When a node works: cut-off per weekday in minutes after local midnight (None = closed), and closed days.

    An order decided up to and including the cut-off starts that day; `processing_days` further working days pass
    before it is handed to the carrier.
    """

    time_zone: str = "UTC"
    cut_off_minutes: tuple[int | None, ...] = MONDAY_TO_FRIDAY_17
    closed_days: tuple[Day, ...] = ()
    processing_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A warehouse, store or supplier. Amounts are minor units; `shipments_per_day` None = without limit."""

    id: NodeId
    name: str = ""
    kind: str = "WAREHOUSE"
    is_open: bool = True
    country: str
    region: str = ""
    postal_code: str = ""
    point: Point
    calendar: NodeCalendar = field(default_factory=NodeCalendar)
    service_level_ids: tuple[ServiceLevelId, ...]
    shipments_per_day: int | None = None
    handling_minor: int = 0
    pick_line_minor: int = 0
    pick_unit_minor: int = 0
    packaging_minor: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)
