"""Rows of delays: what is searched for in columns, the whole of it packed."""

from typing import Any

import msgspec

from router.ledger.delays import Delay
from router.stores.rows.row import ENCODER, Row, of_the_books

_DECODER = msgspec.msgpack.Decoder(Delay)


def delay_row(delay: Delay) -> tuple[Any, ...]:
    return (delay.number, delay.order_id, int(delay.state), delay.due_time, ENCODER.encode(delay))


@of_the_books("is not a delay")
def delay_of(row: Row) -> Delay:
    *_, body = row
    return _DECODER.decode(body)
