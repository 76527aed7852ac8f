"""Answers to orders as the bytes of their messages, written in one compiled pass.

Packed as MessagePack an answer takes a tenth of the time of making its messages. Its values are found in those bytes
(`answer_tokens`), and written as the bytes that the messages of `routing.py` beside this serialize to. Outcomes that
are not plain are left out.
"""

from collections.abc import Sequence

import numpy as np

from router.app.answers.decided import Refused, Routed
from router.service.to_proto.answer_tokens import (
    ALLOCATION_FIELDS,
    COST_FIELDS,
    NOT_PLAIN,
    SHIPMENT_FIELDS,
    Bytes,
    Numbers,
    take_apart,
)
from router.solver.records import compiled

ROOM_PER_BYTE = 3
"""A plain decision takes less than so many bytes for each that it is packed in, for the names of fields are left out:
each part of the cost is said twice, and each shipment has the id of its order, which is no longer than ID_LENGTH_MAX.
"""
LONG, SHORT = 2, 1
"""Bytes kept free for a length, of messages that mostly are longer than 127 bytes, and of others."""


def say_plainly(results: Sequence[Routed | Refused], words: Numbers) -> tuple[bytes, Numbers]:
    """The outcomes as `results` of BatchRouteOrdersResponse, one behind another; and of each [R, 3] where it begins,
    where in it the RouteResult itself begins, and where it ends. Of those that are not plain nothing is said: they end
    where they begin. `words` are those of `take_apart`.
    """
    found = take_apart(results, words)
    said = np.empty(ROOM_PER_BYTE * len(found.packed), np.uint8)
    places = np.empty((len(results), 3), np.int64)
    _say_each(found.packed, found.tokens, found.costs, found.outcomes, said, places)
    end = int(places[-1, 2]) if len(results) else 0
    return said[:end].tobytes(), places


@compiled
def _say_each(
    packed: Bytes, all_tokens: Numbers, all_costs: Numbers, outcomes: Numbers, said: Bytes, places: Numbers
) -> None:
    end = 0
    for number in range(len(places)):
        places[number] = end
        first, cost, count = outcomes[number, 0], outcomes[number, 1], outcomes[number, 2]
        if count == NOT_PLAIN:
            continue
        body = end + 1 + LONG
        costs = all_costs[cost : cost + count]
        after = _put_routed(said, body, packed, all_tokens[first:], costs, outcomes[number])
        said[end] = 0x0A
        end = _close(said, end + 1, LONG, after)
        places[number, 1], places[number, 2] = body + end - after, end


@compiled
def _put_routed(
    said: Bytes, begin: int, packed: Bytes, tokens: Numbers, costs: Numbers, outcome: Numbers
) -> int:
    """A plain outcome as a RouteResult."""
    said[begin] = 0x0A
    end = _put_text(said, begin + 1 + LONG, 0x0A, packed, tokens, 2)
    end = _put_text(said, end, 0x12, packed, tokens, 4)
    said[end] = 0x1A
    end = _put_plan(said, end + 1, packed, tokens, costs, outcome)
    said[end] = 0x22
    end = _put_versions(said, end + 1, packed, tokens, outcome[3])
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
    said: Bytes, begin: int, packed: Bytes, tokens: Numbers, costs: Numbers, outcome: Numbers
) -> int:
    objective, bound = tokens[12, 0], tokens[14, 0]
    end = _put_number(said, begin + LONG, 0x08, tokens[8, 0])
    end = _put_number(said, end, 0x10, tokens[10, 0])
    end = _put_number(said, end, 0x18, _half_even(objective))
    end = _put_number(said, end, 0x20, objective)
    end = _put_number(said, end, 0x28, bound)
    end = _put_number(said, end, 0x30, -((bound - objective) * 1_000_000 // max(1, abs(objective))))
    end = _put_number(said, end, 0x38, tokens[16, 0])
    at = 19
    for number in range(tokens[18, 0]):
        said[end] = 0x42
        begun = end + 1
        end = _put_shipment_id(said, begun + LONG, packed, tokens, tokens[outcome[4] + number, 0])
        end, at = _put_shipment(said, end, packed, tokens, at)
        end = _close(said, begun, LONG, end)
    for number in range(len(costs)):
        end = _put_cost(said, end, 0x52, packed, tokens, costs[number])
    end = _put_text(said, end, 0x62, packed, tokens, outcome[3] - 3)
    return _close(said, begin, LONG, end)


@compiled
def _put_shipment_id(said: Bytes, end: int, packed: Bytes, tokens: Numbers, number: int) -> int:
    """`<order_id>/<number>`"""
    said[end] = 0x0A
    begin = end + 1
    end = _put_bytes(said, begin + SHORT, packed, tokens[4, 0], tokens[4, 1])
    said[end] = 0x2F
    return _close(said, begin, SHORT, _put_digits(said, end + 1, number, 1))


@compiled
def _put_shipment(said: Bytes, end: int, packed: Bytes, tokens: Numbers, at: int) -> tuple[int, int]:
    """All of the shipment at that token but its id. Returns also the token behind it."""
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
    costs = tokens[at + 7, 0]
    at += 8
    for _ in range(costs):
        end = _put_cost(said, end, 0x42, packed, tokens, at)
        at += 1 + 2 * COST_FIELDS
    if has_co2e:
        said[end] = 0x48
        end = _put_varint(said, end + 1, tokens[at + 1, 0])
        at += 2
    return end, at


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
def _put_cost(said: Bytes, end: int, tag: int, packed: Bytes, tokens: Numbers, at: int) -> int:
    said[end] = tag
    begin = end + 1
    end = _put_number(said, begin + SHORT, 0x08, tokens[at + 2, 0])
    end = _put_number(said, end, 0x10, tokens[at + 4, 0])
    end = _put_text(said, end, 0x1A, packed, tokens, at + 6)
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
def _half_even(milli: int) -> int:
    """As in `answer_tokens`: what is compiled is kept by its own file, and would not see that another one changed."""
    whole, rest = milli // 1_000, milli % 1_000
    return whole + 1 if rest > 500 or (rest == 500 and whole % 2) else whole
