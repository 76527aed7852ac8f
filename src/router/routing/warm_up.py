"""The compiled kernels of decisions, loaded before the first order needs them."""

from router.domain.carrier import Bracket, ServiceLevel, Tariff, Zone
from router.domain.identifiers import CarrierId, Instant, LineId, NodeId, OrderId, ServiceLevelId, Sku
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Point
from router.domain.product import Product
from router.routing.network.prepared import prepare
from router.routing.problem.options import NOTHING, NOWHERE
from router.routing.route import route
from router.routing.settle_columns import ORDERS_MANY
from router.routing.world import OrderToRoute, Views, World
from router.rules.ruleset import no_rules
from router.solver import solve
from router.solver.tables import add_to, join_to

HERE = Point(0, 0)


def warm_up() -> None:
    """Load the kernels, or compile them where no cache exists yet (a minute or more, once): some orders are decided."""
    level = ServiceLevel(
        id=ServiceLevelId("level"),
        carrier_id=CarrierId("carrier"),
        parcel_weight_grams_max=1_000,
        countries=("FR",),
        tariff=Tariff(
            zones=(
                Zone(
                    distance_km_max=1,
                    transit_days=1,
                    brackets=(Bracket(weight_grams_max=1_000, price_minor=1),),
                ),
            )
        ),
    )
    node = Node(
        id=NodeId("node"),
        country="FR",
        point=HERE,
        calendar=NodeCalendar(cut_off_minutes=(0,) * 7),
        service_level_ids=(level.id,),
    )
    sku = Sku("sku")
    order = Order(
        id=OrderId("order"),
        channel="channel",
        destination=Destination(country="FR", point=HERE),
        lines=(OrderLine(id=LineId("1"), sku=sku, quantity=1),),
        place_time=Instant(0),
    )
    network = Network(currency="EUR", nodes=(node,), service_levels=(level,))
    world = World(
        network=prepare(network), products={sku: Product(sku=sku, weight_grams=1)}, rules=no_rules()
    )
    view = Views(lambda sku: {node.id: 1}, lambda node_id: {})
    solve.warm_up()
    add_to(NOTHING.copy(), NOTHING)
    join_to(NOWHERE.copy(), NOWHERE)
    route([OrderToRoute(order=order, decision_time=Instant(0))] * ORDERS_MANY, world, view, view)
