"""Shortfalls on the terminal: what is missing, and whose promise cannot be kept."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from router.cli.output import console

if TYPE_CHECKING:
    from router.api.v1.inventory_pb2 import StockShortfall


def show_shortfalls(shortfalls: "Iterable[StockShortfall]") -> None:
    """A line for each place, and one for each promise; nothing if nothing is missing."""
    screen = console()
    for short in shortfalls:
        screen.print(f"{short.quantity:,} reserved units of {short.sku} are not at {short.node_id} any more:")
        for held in short.reservations:
            who = held.shipment_id or f"reservation {held.reservation_id}"
            screen.print(f"  {who} line {held.line_id}: {held.quantity:,}", style="dim")
