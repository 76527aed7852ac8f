"""A bell for each order that somebody follows, so that nobody is woken for the orders of others."""

import asyncio
from collections.abc import Iterable
from weakref import WeakValueDictionary

ALL = ""
"""Stands for every order: whoever follows all of them waits under it."""


class OrderBells:
    """Belongs to the event loop. A ring that nobody waits for any more is forgotten."""

    def __init__(self) -> None:
        self._next: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()

    def next_ring(self, order_id: str) -> asyncio.Event:
        """Take it before looking, wait for it after having found nothing: no ring in between is lost."""
        ring = self._next.get(order_id)
        if ring is None:
            ring = self._next[order_id] = asyncio.Event()
        return ring

    def ring(self, order_ids: Iterable[str]) -> None:
        """Wake those who follow one of these orders, and if there are any those who follow all."""
        concerned = set(order_ids)
        for order_id in (*concerned, ALL) if concerned else ():
            ring = self._next.pop(order_id, None)
            if ring is not None:
                ring.set()

    def ring_all(self) -> None:
        """Wake everybody."""
        for order_id in tuple(self._next):
            self.ring((order_id,))
