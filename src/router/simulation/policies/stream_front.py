"""What recorded orders could have had instead, all together: the front of a stream that is known from its beginning.

All stock of the stream is there at once and nodes dispatch as much as they like, so no front of a policy that had to
decide in turn reaches further: it says where the limits of what is possible lie.
"""

from collections.abc import Sequence
from dataclasses import replace

from router.routing.decision import NO_PRICES
from router.routing.round.round import pose_round
from router.routing.trade_offs.together import Asking, WavePoint, WaveTradeOffs, weigh_up
from router.routing.wave.joint_problem import find_joint_orders
from router.routing.world import World
from router.simulation.policies.front_picture import Spot, draw_front
from router.simulation.policies.stream import Shelf, Stream

MEASURES = ("days until a unit arrives, mean", "shipments", "kg of CO2e")
MILLI_PER_MAJOR = 100_000
"""LIMIT: the picture takes a hundred minor units for one, whatever the currency; numbers are said elsewhere."""


def front_of(stream: Stream, world: World, asking: Asking) -> WaveTradeOffs:
    """Of at least one order."""
    plenty = Shelf()
    plenty.change(stream.all_stock())
    requests = [step.request for step in stream.steps]
    plain = replace(world, prices=NO_PRICES)
    asked = pose_round(requests, plain, [plenty] * len(requests), with_levels=False, gathers=False)
    return weigh_up(asked, find_joint_orders(asked), asking, with_capacity=False)


def draw_stream_front(found: WaveTradeOffs, currency: str) -> str:
    """The points as an SVG."""
    spots = [spot_of(point, found.unit_count) for point in found.points]
    title = f"What {found.order_count:,} recorded orders could have had together"
    return draw_front(spots, shown_measures(found.points), title, f"cost in {currency}")


def shown_measures(points: Sequence[WavePoint]) -> Sequence[str]:
    """CO2e only where any is known."""
    return MEASURES if any(point.co2e_milligrams for point in points) else MEASURES[:2]


def spot_of(point: WavePoint, unit_count: int) -> Spot:
    return Spot(
        cost=point.cost_milli / MILLI_PER_MAJOR,
        bound=point.bound_milli / MILLI_PER_MAJOR,
        measured=(
            point.unit_days / max(1, unit_count - point.unshipped_units),
            point.shipment_count,
            point.co2e_milligrams / 1_000_000,
        ),
        is_decided=point.is_decided,
    )
