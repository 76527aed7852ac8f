"""Orders from the bytes of their request: a compiled pass (`order_bytes.py`) writes them as MessagePack, from which
msgspec makes them.

It knows plain orders: those in which nothing can be at fault, whose words are ASCII, and that state neither facts of
their own nor service levels nor a total. Of others it says nothing: they are read from their messages
(`order_messages.py`), which names what is wrong with them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from router.domain.countries import COUNTRIES
from router.domain.identifiers import Instant
from router.domain.limits import (
    ID_LENGTH_MAX,
    LINES_PER_ORDER_MAX,
    PAYMENT_MINOR_MAX,
    POSTAL_CODE_LENGTH_MAX,
    PROMISE_DAYS_AHEAD_MAX,
    PROMISE_DAYS_BEFORE_MAX,
    QUANTITY_MAX,
    UNIT_PRICE_MINOR_MAX,
    UNITS_PER_ORDER_MAX,
)
from router.domain.order import EPOCH_ORDINAL, Order
from router.service.faults import FIRST_DATE, LAST_DATE, LAST_SECOND
from router.service.from_proto.destinations import LATITUDE_MAX, LONGITUDE_MAX
from router.service.from_proto.order_bytes import pack_each

PLAIN_LINES_MAX = 64
"""LIMIT: an order of more lines is read from its message: ids of lines are compared each with each."""

FIELDS = (
    (
        *("id", "channel", "customer_id", "tier", "destination", "lines", "place_time", "promise_day", ""),
        *("pickup_node_id", "", "", "shipping_minor", "shipping_tax_minor", "", "accepts_substitutes"),
    ),
    ("id", "sku", "quantity", "unit_price_minor", "kit_id", "together_id", "amount_minor", "tax_minor"),
    ("country", "region", "postal_code", "point"),
    ("latitude_microdegrees", "longitude_microdegrees"),
)
"""What Order, OrderLine, Destination and Point call the fields of their messages, by number from 1; nothing where a
plain order has none.
"""


def keys_of(structs: Sequence[Sequence[str]]) -> tuple[bytes, NDArray[np.int64]]:
    """The names as they are packed, one behind another, and by struct and number of the field where each begins and
    how long it is [structs, fields, 2].
    """
    packed = bytearray()
    places = np.zeros((len(structs), 1 + max(map(len, structs)), 2), np.int64)
    for number, names in enumerate(structs):
        for field, name in enumerate(names, start=1):
            key = msgspec.msgpack.encode(name)
            places[number, field] = len(packed), len(key)
            packed += key
    return bytes(packed), places


KEYS, KEY_PLACES = keys_of(FIELDS)

_LIMITS = {
    "id_length": ID_LENGTH_MAX,
    "postal_length": POSTAL_CODE_LENGTH_MAX,
    "quantity": QUANTITY_MAX,
    "price": UNIT_PRICE_MINOR_MAX,
    "units": UNITS_PER_ORDER_MAX,
    "payment": PAYMENT_MINOR_MAX,
    "latitude": LATITUDE_MAX,
    "longitude": LONGITUDE_MAX,
    "second": LAST_SECOND,
    "first_day": FIRST_DATE.toordinal(),
    "last_day": LAST_DATE.toordinal(),
    "epoch_day": EPOCH_ORDINAL,
    "days_before": PROMISE_DAYS_BEFORE_MAX,
    "days_ahead": PROMISE_DAYS_AHEAD_MAX,
    "lines": min(PLAIN_LINES_MAX, LINES_PER_ORDER_MAX),
}
LIMITS = np.array([tuple(_LIMITS.values())], [(name, np.int64) for name in _LIMITS])
"""One record."""

assert max(ID_LENGTH_MAX, POSTAL_CODE_LENGTH_MAX) < 256, "a text is packed with one byte for its length"

IS_COUNTRY = np.array([chr(65 + n // 26) + chr(65 + n % 26) in COUNTRIES for n in range(26 * 26)])
"""By the two letters of the code, as a number of base 26."""

ROOM_PER_BYTE, ROOM_PER_ORDER = 12, 96
"""A number takes the name of its field and nine bytes, of two that it was at least; a point and the time may be nothing
in the message.
"""
ROOM_FOR_ALL = 5
"""For the head of the array."""
_UNPACKER = msgspec.msgpack.Decoder(tuple[Order, ...])


class Read(NamedTuple):
    """Orders, None where one is not plain, and the numbers of all that may have a recipient."""

    orders: list[Order | None]
    with_recipient: list[int]


def read_plainly(body: bytes, count: int, received: Instant) -> Read:
    """The `count` orders of a serialized request, in which they are field 1 and no field is unknown. `received` stands
    in for an absent `place_time`.
    """
    source = np.frombuffer(KEYS + body, np.uint8)
    packed = np.empty(ROOM_PER_BYTE * len(body) + ROOM_PER_ORDER * count + ROOM_FOR_ALL, np.uint8)
    found = np.zeros((2, count), np.bool_)
    end = pack_each(source, len(KEYS), received, KEY_PLACES, LIMITS, IS_COUNTRY, packed, found)
    plain = iter(_UNPACKER.decode(packed[:end].data))
    are_plain, has_recipient = found.tolist()
    return Read(
        [next(plain) if is_plain else None for is_plain in are_plain],
        [number for number, one in enumerate(are_plain) if has_recipient[number] or not one],
    )


def warm_up_orders() -> None:
    """Load the kernel that reads them, or compile it where no cache exists yet."""
    read_plainly(b"", 0, Instant(0))
