"""Which rows of the tables of lives are met: what moves an order, say, looks its row up, and is watched."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from router.app.purchasing import purchase_entries
from router.ledger import delays, orders, returns, shipments
from router.ledger.lifecycle import ORDER_TRANSITIONS, SHIPMENT_TRANSITIONS
from router.ledger.purchases import PURCHASE_TRANSITIONS
from router.ledger.return_lifecycle import RETURN_TRANSITIONS

Pair = tuple[Any, Any]


class Watched(dict[Pair, Any]):
    """The same rows; those that were looked up are `met`."""

    def __init__(self, rows: Mapping[Pair, Any], met: set[str]) -> None:
        super().__init__(rows)
        self.met = met

    def __getitem__(self, pair: Pair) -> Any:
        self.met.add(worded(pair))
        return super().__getitem__(pair)

    def get(self, pair: Pair, default: Any = None) -> Any:
        self.met.add(worded(pair))
        return super().get(pair, default)


@contextmanager
def watched_lives() -> Iterator[set[str]]:
    """The pairs that were met, as long as it lasts."""
    met: set[str] = set()
    with (
        patch.object(orders, "ORDER_TRANSITIONS", Watched(ORDER_TRANSITIONS, met)),
        patch.object(returns, "RETURN_TRANSITIONS", Watched(RETURN_TRANSITIONS, met)),
        patch.object(purchase_entries, "PURCHASE_TRANSITIONS", Watched(PURCHASE_TRANSITIONS, met)),
        patch.object(delays, "_LEADS", Watched(delays._LEADS, met)),
        patch.object(shipments, "SHIPMENT_TRANSITIONS", Watched(SHIPMENT_TRANSITIONS, met)),
    ):
        yield met


def worded(pair: Pair) -> str:
    """In words: states and events of the two lives share their numbers, and so are equal to each other."""
    state, event = pair
    if state is None:
        return f"nothing {event.name}"
    return f"{type(state).__name__.removesuffix('State').lower()} {state.name} {event.name}"
