"""Which rows of the table of lives are met: what moves an order or a shipment looks its row up, and is watched."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from router.app.purchasing import purchase_entries
from router.ledger import orders, returns, shipments
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


@contextmanager
def watched_lives() -> Iterator[set[str]]:
    """The pairs that were met, as long as it lasts."""
    met: set[str] = set()
    with (
        patch.object(orders, "ORDER_TRANSITIONS", Watched(ORDER_TRANSITIONS, met)),
        patch.object(returns, "RETURN_TRANSITIONS", Watched(RETURN_TRANSITIONS, met)),
        patch.object(purchase_entries, "PURCHASE_TRANSITIONS", Watched(PURCHASE_TRANSITIONS, met)),
        patch.object(shipments, "SHIPMENT_TRANSITIONS", Watched(SHIPMENT_TRANSITIONS, met)),
    ):
        yield met


def possible_pairs() -> set[str]:
    """Every row but the first of each life: to be routed and to be planned nobody has to be in a state."""
    lives = (ORDER_TRANSITIONS, SHIPMENT_TRANSITIONS, RETURN_TRANSITIONS, PURCHASE_TRANSITIONS)
    return {worded(pair) for rows in lives for pair in rows if pair[0] is not None}


def worded(pair: Pair) -> str:
    """In words: states and events of the two lives share their numbers, and so are equal to each other."""
    state, event = pair
    if state is None:
        return f"nothing {event.name}"
    return f"{type(state).__name__.removesuffix('State').lower()} {state.name} {event.name}"
