"""Which rate row each lane has and when it delivers, compiled: destinations or orders x nodes x service levels."""

import numpy as np

from router.solver.problem import Bools, Ints
from router.solver.records import compiled
from router.solver.tables import NO_ROW

NO_DAY = 0
"""No node ships on day 0, the day before the first of the calendar."""


NO_ZONE = -1


@compiled
def rate_rows(
    distance_km: Ints, is_unknown: Bools, serves: Bools, picks_up: Bools, named_zone: Ints, reach_km: Ints,
    zone_count: Ints, row_start: Ints,
) -> Ints:  # fmt: skip
    """The rate row [D, N, S] of each lane, NO_ROW where it is not served.

    It is served where the service level `serves` [D, S] the destination and `picks_up` [N, S] at the node. Its zone is
    the one that a tariff names for it, `named_zone` [D, N, S] (NO_ZONE: none; an empty array: nowhere any), else the
    first of `zone_count` [S] that reaches so far, by `reach_km` [S, Z]; of a place that `is_unknown` [D] none does.
    """
    destinations, nodes = distance_km.shape
    services, zones = reach_km.shape
    is_any_named = len(named_zone) > 0
    rows = np.empty((destinations, nodes, services), np.int64)
    for to in range(destinations):
        for node in range(nodes):
            for service in range(services):
                zone = named_zone[to, node, service] if is_any_named else NO_ZONE
                if zone < 0:
                    zone = 0
                    while zone < zones and distance_km[to, node] > reach_km[service, zone]:
                        zone += 1
                    if zone >= zone_count[service] or is_unknown[to]:
                        zone = NO_ZONE
                is_served = zone >= 0 and serves[to, service] and picks_up[node, service]
                rows[to, node, service] = row_start[service] + zone if is_served else NO_ROW
    return rows


@compiled
def lane_days(row: Ints, ship_day: Ints, latest: Ints, transit_days: Ints, offset: Ints) -> tuple[Ints, Ints]:
    """The day of delivery of each lane [O, N, S], NO_DAY where it is not served, and days after the `latest` [O] one.

    `transit_days` are those of each rate row; `offset` [S, 7, T]: after how many days so many of them have passed
    from a ship day on that weekday, Monday is 0.
    """
    delivery, late = np.empty(row.shape, np.int64), np.empty(row.shape, np.int64)
    for order in range(row.shape[0]):
        for node in range(row.shape[1]):
            day = ship_day[order, node]
            weekday = (day + 6) % 7
            for service in range(row.shape[2]):
                number = row[order, node, service]
                arrives = NO_DAY
                if number != NO_ROW:
                    arrives = day + offset[service, weekday, transit_days[number]]
                delivery[order, node, service] = arrives
                late[order, node, service] = max(0, arrives - latest[order])
    return delivery, late
