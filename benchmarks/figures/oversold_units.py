"""Units promised beyond what is on hand when 32 clients order more of 20 hot goods than there is."""

import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

from router.app.engine.engine import Engine
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import StandingClock, adjust_stock, put_network, put_products, route_orders
from tests.app.first_come import first_come
from tests.routing.builders import an_order

CLIENTS = 32
STOCK = 40
GOODS = [f"HOT-{number:02}" for number in range(20)]
ORDERS_PER_CLIENT = 60


def measure(full: bool) -> dict[str, Any]:
    """Of several runs of 1,920 orders; every run asks for several times what there is."""
    counts, promised = zip(*(_run(run) for run in range(20 if full else 3)), strict=True)
    return {
        "figure": "oversold_units",
        "value": sum(counts),
        "unit": "units",
        "runs": len(counts),
        "min": min(counts),
        "max": max(counts),
        "goal": 0,
        "units_promised": sum(promised),
        "units_there": len(counts) * STOCK * len(GOODS),
    }


def _run(run: int) -> tuple[int, int]:
    """Units promised too often, by what the clients were told; and all that were promised."""
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        store = SqliteStore(Path(folder) / "router.sqlite")
        engine = Engine(store, StandingClock(), route=first_come)
        engine.start()
        for command in (put_network(), put_products(*GOODS)):
            engine.submit(command).result(60)
        for sku in GOODS:
            engine.submit(adjust_stock("lyon", sku, STOCK, key=f"stock of {sku}")).result(60)
        with ThreadPoolExecutor(CLIENTS) as clients:
            told = list(
                clients.map(lambda number: _client(engine, Random(f"{run}-{number}"), number), range(CLIENTS))
            )
        engine.stop()
        store.close()
    taken: Counter[str] = sum(told, Counter())
    return sum(max(0, units - STOCK) for units in taken.values()), taken.total()


def _client(engine: Engine, random: Random, number: int) -> Counter[str]:
    """What one client was promised, by SKU."""
    taken: Counter[str] = Counter()
    for count in range(ORDERS_PER_CLIENT):
        order = an_order(f"order-{number}-{count}", lines={random.choice(GOODS): random.randint(1, 3)})
        answer: Any = engine.submit(route_orders(order, key=f"{number}-{count}")).result(60).answer
        for shipment in answer.results[0].plan.shipments:
            taken[order.lines[0].sku] += sum(shipment.quantities().values())
    return taken
