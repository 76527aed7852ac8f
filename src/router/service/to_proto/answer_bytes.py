"""Answers to orders as the bytes of their messages, written in one compiled pass.

The answer is packed as MessagePack, which takes a tenth of the time of making its messages; the pass goes through those
bytes and writes protobuf: the bytes that the messages of `to_proto/routing.py` serialize to. It knows plain decisions:
everything ships, of what lies at its node, and nothing is told of tiers, substitutes or an earlier decision. It says
of each other outcome that it is not plain.

Values lie in the packed bytes in the order in which the structs name their fields, each behind its key.
"""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from router.app.answers.decided import Refused, Routed
from router.solver.records import compiled

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]

_PACKER = msgspec.msgpack.Encoder()

ROOM_PER_BYTE = 3
"""A plain decision takes less than so many bytes for each that it is packed in, for the names of fields are left out:
each part of the cost is said twice, and each shipment has the id of its order, which is no longer than ID_LENGTH_MAX.
"""
COST_BYTES_MIN = 24
"""The names of its fields alone take as many."""
NUMBER = -1
"""In place of the length of a text: the value is no text."""
ROUTED_FIELDS, PLAN_FIELDS, SHIPMENT_FIELDS, PARCEL_FIELDS, ALLOCATION_FIELDS, COST_FIELDS = 8, 11, 7, 4, 3, 3
"""How many fields are packed where none is left out of the plain ones, and nothing else is there."""
CO2E_LENGTH = len("co2e_milligrams")
LETTERS = 7
"""So many make a number of 64 bits that is not negative."""
DIFFERENCE_MAX = 9_000_000_000_000
"""Millionths of more do not fit 64 bits."""
LONG, SHORT = 2, 1
"""Bytes kept free for a length, of messages that mostly are longer than 127 bytes, and of others."""


def words_of(numbers: Iterable[tuple[str, int]]) -> Numbers:
    """The words [n, 2] of enums: their first letters as a number, and what they are in messages."""
    words = [(int.from_bytes(word.encode()[:LETTERS]), number) for word, number in numbers]
    assert len(dict(words)) == len(words), "words differ in their first letters"
    return np.array(words, np.int64)


def say_plainly(results: Sequence[Routed | Refused], words: Numbers) -> tuple[bytes, list[list[int]]]:
    """The outcomes as `results` of BatchRouteOrdersResponse, one behind another; and of each where it begins, where in
    it the RouteResult itself begins, and where it ends. Of those that are not plain nothing is said: they end where
    they begin.
    """
    packed = np.frombuffer(_PACKER.encode(results), np.uint8)
    said = np.empty(ROOM_PER_BYTE * len(packed), np.uint8)
    places = np.empty((len(results), 3), np.int64)
    _say_each(packed, words, said, places)
    end = int(places[-1, 2]) if len(results) else 0
    return said[:end].tobytes(), places.tolist()


@compiled
def _say_each(packed: Bytes, words: Numbers, said: Bytes, places: Numbers) -> None:
    tokens = np.empty((len(packed), 2), np.int64)
    costs = np.empty((len(packed) // COST_BYTES_MIN + 1, 4), np.int64)
    behind = np.empty(2, np.int64)
    at, end = _skip_head(packed), 0
    for number in range(len(places)):
        at = _read(packed, at, tokens)
        places[number] = end
        count = _find_costs(packed, tokens, costs, behind, words)
        if count < 0:
            continue
        _round(costs, count)
        body = end + 1 + LONG
        after = _put_routed(said, body, packed, tokens, costs, count, behind, words)
        if after < 0:
            continue
        said[end] = 0x0A
        places[number, 2] = _close(said, end + 1, LONG, after)
        places[number, 1] = body + places[number, 2] - after
        end = places[number, 2]


@compiled
def _skip_head(packed: Bytes) -> int:
    """Where the first value of the array begins that all of it is."""
    return 1 if packed[0] < 0xA0 else 3 if packed[0] == 0xDC else 5


@compiled
def _read(packed: Bytes, at: int, tokens: Numbers) -> int:
    """Take one value of MessagePack apart; returns where it ends. A token is a text's place and length, or a number or
    the count of an array's values or a map's pairs, which follow it.
    """
    count, left = 0, 1
    while left > 0:
        kind = int(packed[at])
        at += 1
        value, length = kind, NUMBER
        if kind >= 0xE0:
            value = kind - 256
        elif kind < 0x80:
            pass
        elif kind < 0x90:
            value = kind & 0x0F
            left += 2 * value
        elif kind < 0xA0:
            value = kind & 0x0F
            left += value
        elif kind < 0xC0:
            value, length = at, kind & 0x1F
            at += length
        elif kind < 0xC4:
            # Nothing, no, yes.
            value = kind & 1
        else:
            size = 1 << (kind & 3)
            if kind >= 0xD9:
                size = 1 << (kind - 0xD9) if kind < 0xDC else 2 << (kind & 1)
            value = 0
            for place in range(at, at + size):
                value = value << 8 | packed[place]
            at += size
            if kind >= 0xDE:
                left += 2 * value
            elif kind >= 0xDC:
                left += value
            elif kind >= 0xD9:
                value, length = at, value
                at += length
            elif kind >= 0xD0 and size < 8 and value >> (8 * size - 1):
                value -= 1 << 8 * size
        tokens[count, 0], tokens[count, 1] = value, length
        count += 1
        left -= 1
    return at


@compiled
def _find_costs(packed: Bytes, tokens: Numbers, costs: Numbers, behind: Numbers, words: Numbers) -> int:
    """The parts of the cost in their order: the token of each rule, its thousandths, and in the end its kind. Returns
    how many there are, less than 0 where the outcome is not plain. `behind` are the tokens of the versions and of the
    numbers of the shipments.
    """
    if tokens[0, 0] != ROUTED_FIELDS or tokens[6, 0] != PLAN_FIELDS:
        return -1
    count, at = 0, 19
    for _ in range(tokens[18, 0]):
        fields = tokens[at, 0]
        parcels = tokens[at + 6, 0]
        at += 7
        for _ in range(parcels):
            allocations = tokens[at + 2, 0]
            if tokens[at, 0] != PARCEL_FIELDS:
                return -1
            at += 3
            for _ in range(allocations):
                if tokens[at, 0] != ALLOCATION_FIELDS:
                    return -1
                at += 1 + 2 * ALLOCATION_FIELDS
            at += 6
        count = _note_costs(packed, tokens, at + 7, costs, count, words)
        at += 8 + tokens[at + 7, 0] * (1 + 2 * COST_FIELDS)
        if fields != SHIPMENT_FIELDS:
            if fields != SHIPMENT_FIELDS + 1 or tokens[at, 1] != CO2E_LENGTH:
                return -1
            at += 2
    if tokens[at + 1, 0] != 0:
        return -1
    at += 3
    count = _note_costs(packed, tokens, at, costs, count, words)
    at += 1 + tokens[at, 0] * (1 + 2 * COST_FIELDS)
    # Levels, then substitutions behind the rule by which goods may leave unpaid.
    if tokens[at + 1, 0] != 0 or tokens[at + 5, 0] != 0:
        return -1
    behind[0] = at + 6
    # Behind the versions: numbers of shipments, what it replaces, why, and what waits.
    at += 6 + 10
    behind[1] = at + 2
    if tokens[at + 1, 0] != tokens[18, 0]:
        return -1
    at += 2 + tokens[at + 1, 0]
    return count if tokens[at + 1, 1] == 0 and tokens[at + 3, 1] == 0 and tokens[at + 5, 0] == 0 else -1


@compiled
def _note_costs(packed: Bytes, tokens: Numbers, at: int, costs: Numbers, count: int, words: Numbers) -> int:
    for number in range(tokens[at, 0]):
        place = at + 1 + number * (1 + 2 * COST_FIELDS)
        costs[count, 0], costs[count, 1] = place + 6, tokens[place + 4, 0]
        costs[count, 3] = _number_of(words, packed, tokens, place + 2)
        count += 1
    return count


@compiled
def _round(costs: Numbers, count: int) -> None:
    """As `money.round_parts`: the minor units of each part, behind its thousandths."""
    total, missing = 0, 0
    for number in range(count):
        total += costs[number, 1]
        costs[number, 2] = costs[number, 1] // 1_000
        missing -= costs[number, 2]
        costs[number, 1] %= 1_000
    missing += _half_even(total)
    for _ in range(missing):
        most = 0
        for number in range(count):
            if costs[number, 1] > costs[most, 1]:
                most = number
        costs[most, 2] += 1
        costs[most, 1] = 0


@compiled
def _half_even(milli: int) -> int:
    whole, rest = milli // 1_000, milli % 1_000
    return whole + 1 if rest > 500 or (rest == 500 and whole % 2) else whole


@compiled
def _put_routed(
    said: Bytes, begin: int, packed: Bytes, tokens: Numbers, costs: Numbers, count: int, behind: Numbers,
    words: Numbers,
) -> int:  # fmt: skip
    """A plain outcome as a RouteResult; less than 0 where it holds what cannot be said."""
    said[begin] = 0x0A
    end = _put_text(said, begin + 1 + LONG, 0x0A, packed, tokens, 2)
    end = _put_text(said, end, 0x12, packed, tokens, 4)
    said[end] = 0x1A
    end = _put_plan(said, end + 1, packed, tokens, costs, count, behind, words)
    if end < 0:
        return -1
    said[end] = 0x22
    end = _put_versions(said, end + 1, packed, tokens, behind[0])
    return _close(said, begin + 1, LONG, end)


@compiled
def _put_versions(said: Bytes, begin: int, packed: Bytes, tokens: Numbers, at: int) -> int:
    end = _put_text(said, begin + LONG, 0x0A, packed, tokens, at + 3)
    end = _put_text(said, end, 0x12, packed, tokens, at + 5)
    end = _put_number(said, end, 0x18, tokens[at + 7, 0])
    said[end] = 0x22
    instant = end + 1
    end = _put_number(said, instant + SHORT, 0x08, tokens[at + 9, 0] // 1_000_000)
    end = _put_number(said, end, 0x10, tokens[at + 9, 0] % 1_000_000 * 1_000)
    return _close(said, begin, LONG, _close(said, instant, SHORT, end))


@compiled
def _put_plan(
    said: Bytes, begin: int, packed: Bytes, tokens: Numbers, costs: Numbers, count: int, behind: Numbers,
    words: Numbers,
) -> int:  # fmt: skip
    objective, bound = tokens[12, 0], tokens[14, 0]
    if abs(bound - objective) > DIFFERENCE_MAX:
        return -1
    end = _put_number(said, begin + LONG, 0x08, _number_of(words, packed, tokens, 8))
    end = _put_number(said, end, 0x10, _number_of(words, packed, tokens, 10))
    end = _put_number(said, end, 0x18, _half_even(objective))
    end = _put_number(said, end, 0x20, objective)
    end = _put_number(said, end, 0x28, bound)
    end = _put_number(said, end, 0x30, -((bound - objective) * 1_000_000 // max(1, abs(objective))))
    end = _put_number(said, end, 0x38, tokens[16, 0])
    at, first = 19, 0
    for number in range(tokens[18, 0]):
        said[end] = 0x42
        shipment = end + 1
        end = _put_shipment_id(said, shipment + LONG, packed, tokens, tokens[behind[1] + number, 0])
        end, at, first = _put_shipment(said, end, packed, tokens, at, costs, first)
        end = _close(said, shipment, LONG, end)
    for number in range(count):
        end = _put_cost(said, end, 0x52, packed, tokens, costs, number)
    end = _put_text(said, end, 0x62, packed, tokens, behind[0] - 3)
    return _close(said, begin, LONG, end)


@compiled
def _put_shipment_id(said: Bytes, end: int, packed: Bytes, tokens: Numbers, number: int) -> int:
    """`<order_id>/<number>`"""
    said[end] = 0x0A
    begin = end + 1
    end = _put_bytes(said, begin + LONG, packed, tokens[4, 0], tokens[4, 1])
    said[end] = 0x2F
    return _close(said, begin, LONG, _put_digits(said, end + 1, number, 1))


@compiled
def _put_shipment(
    said: Bytes, end: int, packed: Bytes, tokens: Numbers, at: int, costs: Numbers, first: int
) -> tuple[int, int, int]:
    """All of the shipment at that token but its id. Returns also the token and the part of the cost behind it."""
    has_co2e = tokens[at, 0] > SHIPMENT_FIELDS
    end = _put_text(said, end, 0x12, packed, tokens, at + 2)
    end = _put_text(said, end, 0x1A, packed, tokens, at + 4)
    parcels = tokens[at + 6, 0]
    at += 7
    for _ in range(parcels):
        said[end] = 0x22
        end, at = _put_parcel(said, end + 1, packed, tokens, at)
    end = _put_day(said, end, 0x2A, tokens[at + 1, 0])
    end = _put_day(said, end, 0x32, tokens[at + 3, 0])
    end = _put_number(said, end, 0x38, tokens[at + 5, 0])
    last = first + tokens[at + 7, 0]
    at += 8 + tokens[at + 7, 0] * (1 + 2 * COST_FIELDS)
    for number in range(first, last):
        end = _put_cost(said, end, 0x42, packed, tokens, costs, number)
    if has_co2e:
        said[end] = 0x48
        end = _put_varint(said, end + 1, tokens[at + 1, 0])
        at += 2
    return end, at, last


@compiled
def _put_parcel(said: Bytes, begin: int, packed: Bytes, tokens: Numbers, at: int) -> tuple[int, int]:
    """The parcel at that token. Returns also the token behind it."""
    end = begin + SHORT
    allocations = tokens[at + 2, 0]
    at += 3
    for _ in range(allocations):
        said[end] = 0x0A
        own = end + 1
        end = _put_text(said, own + SHORT, 0x0A, packed, tokens, at + 2)
        end = _put_text(said, end, 0x12, packed, tokens, at + 4)
        end = _put_number(said, end, 0x18, tokens[at + 6, 0])
        end = _close(said, own, SHORT, end)
        at += 1 + 2 * ALLOCATION_FIELDS
    end = _put_number(said, end, 0x10, tokens[at + 1, 0])
    end = _put_number(said, end, 0x18, tokens[at + 3, 0])
    end = _put_number(said, end, 0x20, _half_even(tokens[at + 5, 0]))
    return _close(said, begin, SHORT, end), at + 6


@compiled
def _put_cost(
    said: Bytes, end: int, tag: int, packed: Bytes, tokens: Numbers, costs: Numbers, number: int
) -> int:
    said[end] = tag
    begin = end + 1
    end = _put_number(said, begin + SHORT, 0x08, costs[number, 3])
    end = _put_number(said, end, 0x10, costs[number, 2])
    end = _put_text(said, end, 0x1A, packed, tokens, costs[number, 0])
    return _close(said, begin, SHORT, end)


@compiled
def _put_day(said: Bytes, end: int, tag: int, day: int) -> int:
    """`YYYY-MM-DD`. SOURCE: `civil_from_days`, https://howardhinnant.github.io/date_algorithms.html"""
    since = day + 305
    era, of_era = since // 146_097, since % 146_097
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    from_march = (5 * of_year + 2) // 153
    month = from_march + 3 if from_march < 10 else from_march - 9
    said[end], said[end + 1] = tag, 10
    end = _put_digits(said, end + 2, year + era * 400 + (month <= 2), 4)
    said[end] = 0x2D
    end = _put_digits(said, end + 1, month, 2)
    said[end] = 0x2D
    return _put_digits(said, end + 1, of_year - (153 * from_march + 2) // 5 + 1, 2)


@compiled
def _put_digits(said: Bytes, end: int, number: int, width: int) -> int:
    """In decimal, with at least so many digits."""
    rest, longest = number, 10
    for _ in range(1, width):
        longest *= 10
    while rest >= longest:
        width, longest = width + 1, 10 * longest
    for place in range(width):
        said[end + width - 1 - place] = 0x30 + rest % 10
        rest //= 10
    return end + width


@compiled
def _put_text(said: Bytes, end: int, tag: int, packed: Bytes, tokens: Numbers, at: int) -> int:
    """The text at a token; written over where it is empty, for a branch costs more than the text."""
    length = tokens[at, 1]
    said[end] = tag
    after = _put_bytes(said, _put_varint(said, end + 1, length), packed, tokens[at, 0], length)
    return end + (after - end) * int(length > 0)


@compiled
def _put_bytes(said: Bytes, end: int, packed: Bytes, first: int, count: int) -> int:
    to, source = np.uintp(end), np.uintp(first)
    for place in range(np.uintp(count)):
        said[to + place] = packed[source + place]
    return end + count


@compiled
def _put_number(said: Bytes, end: int, tag: int, number: int) -> int:
    """Left out where it is zero."""
    if number == 0:
        return end
    said[end] = tag
    return _put_varint(said, end + 1, number)


@compiled
def _put_varint(said: Bytes, end: int, number: int) -> int:
    """Seven bits a byte, the lowest first, of all 64 where it is negative."""
    while number < 0 or number > 0x7F:
        said[end] = number & 0x7F | 0x80
        number = number >> 7 & 0x1FF_FFFF_FFFF_FFFF
        end += 1
    said[end] = number
    return end + 1


@compiled
def _close(said: Bytes, begin: int, free: int, end: int) -> int:
    """Write the length of the message that ends there before it, for which so many bytes are `free` from `begin` on;
    the message moves where its length takes more or fewer. Returns where it ends then.
    """
    length = end - begin - free
    needed, rest = 1, length >> 7
    while rest:
        needed, rest = needed + 1, rest >> 7
    if needed < free:
        for place in range(length):
            said[begin + needed + place] = said[begin + free + place]
    elif needed > free:
        for place in range(length - 1, -1, -1):
            said[begin + needed + place] = said[begin + free + place]
    _put_varint(said, begin, length)
    return begin + needed + length


@compiled
def _number_of(words: Numbers, packed: Bytes, tokens: Numbers, at: int) -> int:
    """The number of the word at a token."""
    letters, first = 0, tokens[at, 0]
    for place in range(first, first + min(LETTERS, tokens[at, 1])):
        letters = letters << 8 | packed[place]
    number = 0
    for word in range(len(words)):
        number += (words[word, 0] == letters) * int(words[word, 1])
    return number
