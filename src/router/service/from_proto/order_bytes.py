"""Plain orders as MessagePack from the bytes of their request, in one compiled pass (`plain_orders.py` says which are).

All that it has to know is handed over: what is compiled is kept by its own file, and would not see that another one
changed.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from router.solver.records import Array, compiled

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]

ORDER, LINE, DESTINATION, POINT = range(4)
"""The structs in `keys`."""
NUMBER, TEXT = 0, 2
"""Kinds of fields in protobuf."""
BLANK, TILDE = 0x20, 0x7E
NOT_PLAIN = -1


@compiled
def pack_each(
    source: Bytes, at: int, received: int, keys: Numbers, limits: Any, is_country: Array, packed: Bytes, found: Array
) -> int:  # fmt: skip
    """Where the array of the plain orders ends in `packed`; `found` [2, orders] are whether each is plain, and whether
    those that are name a recipient. The bytes from `at` on are a message of which orders are field 1, without fields
    that are unknown. Before them stand the names of fields, at `keys` (structs x number of the field x first byte and
    length); `is_country` by the two letters of the code, as a number of base 26.
    """
    ids = np.empty((limits[0].lines, 2), np.int64)
    end, number, count = 5, 0, 0
    while at < len(source):
        at, tag = _read_number(source, at)
        at, value = _read_number(source, at)
        if tag & 7 == NUMBER:
            continue
        if tag >> 3 == 1:
            after, has_recipient = _put_order(
                source, at, at + value, received, keys, limits[0], is_country, ids, packed, end
            )
            if after != NOT_PLAIN:
                found[0, number], found[1, number] = True, has_recipient
                count += 1
                end = after
            number += 1
        at += value
    packed[0] = 0xDD
    _put_big_endian(packed, 1, count, 4)
    return end


@compiled
def _put_order(
    source: Bytes, at: int, stop: int, received: int, keys: Numbers, limits: Any, is_country: Array, ids: Numbers,
    packed: Bytes, begin: int,
) -> tuple[int, bool]:  # fmt: skip
    """The order that is at these bytes of `source`, written from `begin` on: returns where it ends, or NOT_PLAIN, and
    whether it has a recipient.
    """
    end, fields, named, lines, lines_at, units = begin + 1, 0, 0, 0, 0, 0
    place_time, promised, shipping, tax, has_recipient = received, 0, 0, 0, False
    while at < stop:
        at, tag = _read_number(source, at)
        at, value = _read_number(source, at)
        field, first = tag >> 3, at
        if tag & 7 == NUMBER:
            if field == 15 or not 0 <= value <= limits.payment:
                return NOT_PLAIN, False
            end = _put_key(source, keys, ORDER, field, packed, end)
            fields += 1
            if field == 16:
                packed[end] = 0xC2 | value
                end += 1
                continue
            end = _put_number(packed, end, value)
            if field == 13:
                shipping = value
            else:
                tax = value
            continue
        at += value
        if field == 7:
            seconds, nanos = _read_pair(source, first, at)
            if not (0 <= seconds <= limits.second and 0 <= nanos <= 999_999_999):
                return NOT_PLAIN, False
            place_time = seconds * 1_000_000 + nanos // 1_000
            continue
        if field == 11:
            has_recipient = True
            continue
        if field == 9 or field == 12:
            return NOT_PLAIN, False
        if field != 6 or lines == 0:
            end = _put_key(source, keys, ORDER, field, packed, end)
            fields += 1
            named |= 1 << field
        if field == 6:
            if lines == 0:
                packed[end], lines_at, end = 0xDC, end + 1, end + 3
            if lines == limits.lines:
                return NOT_PLAIN, False
            end, count = _put_line(source, first, at, keys, limits, ids, lines, packed, end)
            lines += 1
            units += count
        elif field == 5:
            end = _put_destination(source, first, at, keys, limits, is_country, packed, end)
        elif field == 8:
            promised = _read_day(source, first, value)
            end = _put_number(packed, end, promised)
            if not limits.first_day <= promised <= limits.last_day:
                return NOT_PLAIN, False
        else:
            end = _put_text(source, first, value, BLANK + (field <= 2), limits.id_length, packed, end)
        if end == NOT_PLAIN:
            return NOT_PLAIN, False
    # Its id, channel, destination and lines must be there.
    if named & 0b1100110 != 0b1100110 or units > limits.units or tax > shipping:
        return NOT_PLAIN, False
    placed = limits.epoch_day + place_time // 86_400_000_000
    if promised and not placed - limits.days_before <= promised <= placed + limits.days_ahead:
        return NOT_PLAIN, False
    _put_big_endian(packed, lines_at, lines, 2)
    end = _put_key(source, keys, ORDER, 7, packed, end)
    packed[begin] = 0x80 | (fields + 1)
    return _put_number(packed, end, place_time), has_recipient


@compiled
def _put_line(
    source: Bytes, at: int, stop: int, keys: Numbers, limits: Any, ids: Numbers, number: int, packed: Bytes,
    begin: int,
) -> tuple[int, int]:  # fmt: skip
    """A line, behind so many of its order whose `ids` are at these places. Returns also its units."""
    end, fields, named, quantity, amount, tax = begin + 1, 0, 0, 0, 0, 0
    while at < stop:
        at, tag = _read_number(source, at)
        at, value = _read_number(source, at)
        field = tag >> 3
        end = _put_key(source, keys, LINE, field, packed, end)
        fields += 1
        if tag & 7 == TEXT:
            end = _put_text(source, at, value, BLANK + (field <= 2), limits.id_length, packed, end)
            if end == NOT_PLAIN:
                return NOT_PLAIN, 0
            named |= 1 << field
            if field == 1:
                ids[number, 0], ids[number, 1] = at, value
            at += value
            continue
        if not 0 <= value <= (limits.price if field == 4 else limits.payment):
            return NOT_PLAIN, 0
        end = _put_number(packed, end, value)
        if field == 3:
            quantity = value
        elif field == 7:
            amount = value
        elif field == 8:
            tax = value
    # Tax without an amount is of the price, and is looked at elsewhere.
    if named & 0b110 != 0b110 or not 1 <= quantity <= limits.quantity or tax > amount:
        return NOT_PLAIN, 0
    for other in range(number):
        if ids[other, 1] == ids[number, 1] and _is_same(
            source, ids[other, 0], ids[number, 0], ids[number, 1]
        ):
            return NOT_PLAIN, 0
    packed[begin] = 0x80 | fields
    return end, quantity


@compiled
def _put_destination(
    source: Bytes, at: int, stop: int, keys: Numbers, limits: Any, is_country: Array, packed: Bytes, begin: int
) -> int:  # fmt: skip
    end, fields, has_country = begin + 1, 0, False
    while at < stop:
        at, tag = _read_number(source, at)
        at, length = _read_number(source, at)
        field, first = tag >> 3, at
        at += length
        end = _put_key(source, keys, DESTINATION, field, packed, end)
        fields += 1
        if field == 4:
            end = _put_point(source, first, at, keys, limits, packed, end)
        else:
            length_max = limits.postal_length if field == 3 else limits.id_length
            end = _put_text(source, first, length, BLANK, length_max, packed, end)
        if end == NOT_PLAIN:
            return NOT_PLAIN
        if field == 1 and length == 2:
            one, other = int(source[first]) - 65, int(source[first + 1]) - 65
            has_country = 0 <= one < 26 and 0 <= other < 26 and is_country[26 * one + other]
    packed[begin] = 0x80 | fields
    return end if has_country else NOT_PLAIN


@compiled
def _put_point(
    source: Bytes, at: int, stop: int, keys: Numbers, limits: Any, packed: Bytes, begin: int
) -> int:
    # Numbers of both signs by turns.
    latitude, longitude = _read_pair(source, at, stop)
    latitude, longitude = latitude >> 1 ^ -(latitude & 1), longitude >> 1 ^ -(longitude & 1)
    if abs(latitude) > limits.latitude or abs(longitude) > limits.longitude:
        return NOT_PLAIN
    packed[begin] = 0x82
    end = _put_number(packed, _put_key(source, keys, POINT, 1, packed, begin + 1), latitude)
    return _put_number(packed, _put_key(source, keys, POINT, 2, packed, end), longitude)


@compiled
def _is_same(source: Bytes, one: int, other: int, length: int) -> bool:
    count = 0
    while count < length and source[one + count] == source[other + count]:
        count += 1
    return count == length


@compiled
def _read_number(source: Bytes, at: int) -> tuple[int, int]:
    """Where it ends, and the number: all 64 bits of it, so that it may be negative."""
    number, shift = int(source[at]), 7
    at += 1
    if number < 0x80:
        return at, number
    number &= 0x7F
    while True:
        byte = int(source[at])
        number |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return at, number
        shift += 7


@compiled
def _read_pair(source: Bytes, at: int, stop: int) -> tuple[int, int]:
    """The two numbers that are all of a message, 0 where one is not there."""
    first, second = 0, 0
    while at < stop:
        at, tag = _read_number(source, at)
        at, value = _read_number(source, at)
        if tag >> 3 == 1:
            first = value
        else:
            second = value
    return first, second


@compiled
def _read_day(source: Bytes, at: int, length: int) -> int:
    """The number of the day `YYYY-MM-DD`, 1 is the first of the year 1; 0 of what is none.
    SOURCE: `days_from_civil`, https://howardhinnant.github.io/date_algorithms.html
    """
    if length != 10 or source[at + 4] != 0x2D or source[at + 7] != 0x2D:
        return 0
    number = 0
    for place in range(10):
        if place != 4 and place != 7:
            digit = int(source[at + place]) - 0x30
            if not 0 <= digit <= 9:
                return 0
            number = 10 * number + digit
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    if year == 0 or not 1 <= month <= 12:
        return 0
    days = 31 - (month - 1) % 7 % 2
    if month == 2:
        days = 28 + int(year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    if not 1 <= day <= days:
        return 0
    from_march, year = (month + 9) % 12, year - int(month <= 2)
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * from_march + 2) // 5 + day - 306


@compiled
def _put_key(source: Bytes, keys: Numbers, struct: int, field: int, packed: Bytes, end: int) -> int:
    first, length = keys[struct, field, 0], int(keys[struct, field, 1])
    to, at = np.uintp(end), np.uintp(first)
    for place in range(np.uintp(length)):
        packed[to + place] = source[at + place]
    return end + length


@compiled
def _put_text(
    source: Bytes, first: int, length: int, lowest: int, length_max: int, packed: Bytes, end: int
) -> int:
    """Returns NOT_PLAIN where it is too long or has other letters than those from `lowest` to the last of ASCII."""
    if length > length_max:
        return NOT_PLAIN
    if length < 32:
        packed[end] = 0xA0 | length
        end += 1
    else:
        packed[end], packed[end + 1] = 0xD9, length
        end += 2
    to, at, is_strange = np.uintp(end), np.uintp(first), False
    for place in range(np.uintp(length)):
        letter = source[at + place]
        is_strange |= (letter < lowest) | (letter > TILDE)
        packed[to + place] = letter
    return NOT_PLAIN if is_strange else end + length


@compiled
def _put_number(packed: Bytes, end: int, number: int) -> int:
    """In one of three forms of MessagePack: a byte that is the number, int 32, int 64."""
    if 0 <= number < 0x80:
        packed[end] = number
        return end + 1
    size = 4 if -(1 << 31) <= number < 1 << 31 else 8
    packed[end] = 0xD2 | size >> 3
    return _put_big_endian(packed, end + 1, number, size)


@compiled
def _put_big_endian(packed: Bytes, end: int, number: int, size: int) -> int:
    for place in range(size):
        packed[end + place] = number >> 8 * (size - 1 - place) & 0xFF
    return end + size
