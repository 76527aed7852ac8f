"""A process that books orders for ever and says of each when it is booked."""

from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, put_network, put_products, route_orders
from tests.app.first_come import first_come
from tests.routing.builders import an_order

WAITING = 8


def book_for_ever(store: SqliteStore, name: str) -> None:
    """Several calls wait at once, so that commits hold several orders; acknowledged is what was printed."""
    shop = Shop(store, route=first_come)
    shop.engine.start()
    shop.ask(put_network())
    shop.ask(put_products("RED-CLOCK", "TIN-LAMP"))
    shop.adjust("lyon", "RED-CLOCK", 1_000_000, key=f"stock of {name}")
    number = 0
    while True:
        ids = [f"order-{name}-{number + n}" for n in range(WAITING)]
        number += WAITING
        orders = [an_order(id, lines={"RED-CLOCK": 2, "TIN-LAMP": 1}) for id in ids]
        futures = [shop.engine.submit(route_orders(order, key=f"key of {order.id}")) for order in orders]
        for future in futures:
            (routed,) = future.result().answer.results  # type: ignore[union-attr]
            print(routed.order_id, routed.decision_id, flush=True)
