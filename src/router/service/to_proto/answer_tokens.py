"""Answers to orders taken apart: where each value lies in the bytes that msgspec packs them in, in one compiled pass.

A plain outcome is a decision by which everything ships, of what lies at its node, and nothing is told of tiers,
substitutes or an earlier decision. Its values lie in the order in which the structs name their fields, each behind its
key, so that those of a plain one are found by counting.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from router.app.answers.decided import Refused, Routed, Versions
from router.app.answers.restocks import Restock
from router.domain.identifiers import DecisionId, OrderId
from router.routing.written_plan import WrittenPlan
from router.solver.records import compiled

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]

_PACKER = msgspec.msgpack.Encoder()

COST_BYTES_MIN = 24
"""What a part of a cost is packed in: the names of its fields alone take as many."""
NUMBER = -1
"""In place of the length of a text: the value is no text."""
ROUTED_FIELDS, PLAN_FIELDS, SHIPMENT_FIELDS, PARCEL_FIELDS, ALLOCATION_FIELDS, COST_FIELDS = 8, 11, 7, 4, 3, 3
"""How many fields are packed where none is left out of the plain ones, and nothing else is there."""
CO2E_LENGTH = len("co2e_milligrams")
LETTERS = 7
"""So many make a number of 64 bits that is not negative."""
DIFFERENCE_MAX = 9_000_000_000_000
"""Of objective and bound: millionths of more do not fit 64 bits."""
NOT_PLAIN = -1


class _Written(msgspec.Struct, gc=False):
    """The fields of `Routed`, in their order."""

    decision_id: DecisionId
    order_id: OrderId
    plan: msgspec.Raw
    versions: Versions
    shipment_numbers: tuple[int, ...]
    replaces: DecisionId
    because: str
    restocks: tuple[Restock, ...]


assert _Written.__struct_encode_fields__ == Routed.__struct_encode_fields__


class Tokens(NamedTuple):
    """What answers are made of.

    tokens    [T, 2]  a text's place and length in `packed`; or a number, or how many values an array or pairs a map
                      has, which follow it. Words of enums are their numbers in messages, parts of a cost are rounded
    costs     [C]     by outcome, and in the order of the plan, the token of each part of the cost
    outcomes  [R, 5]  the first token; the first part of the cost and how many there are, NOT_PLAIN where the outcome is
                      not plain; the tokens of the versions and of the shipments' numbers, counted from the first
    """

    packed: Bytes
    tokens: Numbers
    costs: Numbers
    outcomes: Numbers


def words_of(numbers: Iterable[tuple[str, int]]) -> Numbers:
    """The words [n, 2] of enums: their first letters as a number, and what they are in messages."""
    words = [(int.from_bytes(word.encode()[:LETTERS]), number) for word, number in numbers]
    assert len(dict(words)) == len(words), "words differ in their first letters"
    return np.array(words, np.int64)


def take_apart(results: Sequence[Routed | Refused], words: Numbers) -> Tokens:
    """The values of outcomes; `words` are those of the status, the method and the kinds of cost of plans."""
    packed = np.frombuffer(_PACKER.encode(list(map(with_written, results))), np.uint8)
    tokens = np.empty((len(packed), 2), np.int64)
    costs = np.empty(len(packed) // COST_BYTES_MIN + 1, np.int64)
    outcomes = np.empty((len(results), 5), np.int64)
    _take_each_apart(packed, words, tokens, costs, outcomes)
    return Tokens(packed, tokens, costs, outcomes)


def with_written(one: Routed | Refused) -> Routed | Refused | _Written:
    """What is packed in the same bytes, of which those of the plan are taken as they are where it is written."""
    if not isinstance(one, Routed) or not isinstance(one.planned, WrittenPlan):
        return one
    return _Written(
        one.decision_id,
        one.order_id,
        one.planned.packed,
        one.versions,
        one.shipment_numbers,
        one.replaces,
        one.because,
        one.restocks,
    )


@compiled
def _take_each_apart(
    packed: Bytes, words: Numbers, all_tokens: Numbers, all_costs: Numbers, outcomes: Numbers
) -> None:
    losses = np.empty(len(all_costs), np.int64)
    at, first, cost = _skip_head(packed), 0, 0
    for number in range(len(outcomes)):
        tokens, costs, outcome = all_tokens[first:], all_costs[cost:], outcomes[number]
        at, size = _read(packed, at, tokens)
        count = _find_costs(tokens, costs, outcome)
        outcome[0], outcome[1], outcome[2] = first, cost, count
        first += size
        if count != NOT_PLAIN:
            _round(tokens, costs, count, losses)
            _name(packed, tokens, 8, words)
            _name(packed, tokens, 10, words)
            for part in range(count):
                _name(packed, tokens, costs[part] + 2, words)
            cost += count


@compiled
def _skip_head(packed: Bytes) -> int:
    """Where the first value of the array begins that all of it is."""
    return 1 if packed[0] < 0xA0 else 3 if packed[0] == 0xDC else 5


@compiled
def _read(packed: Bytes, at: int, tokens: Numbers) -> tuple[int, int]:
    """The tokens of one value of MessagePack. Returns where it ends, and how many they are."""
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
    return at, count


@compiled
def _find_costs(tokens: Numbers, costs: Numbers, outcome: Numbers) -> int:
    """How many parts the cost of an outcome has, NOT_PLAIN where it is not; and what lies behind them."""
    if tokens[0, 0] != ROUTED_FIELDS or tokens[6, 0] != PLAN_FIELDS:
        return NOT_PLAIN
    if abs(tokens[14, 0] - tokens[12, 0]) > DIFFERENCE_MAX:
        return NOT_PLAIN
    count, at = 0, 19
    for _ in range(tokens[18, 0]):
        fields, parcels = tokens[at, 0], tokens[at + 6, 0]
        at += 7
        for _ in range(parcels):
            if tokens[at, 0] != PARCEL_FIELDS:
                return NOT_PLAIN
            allocations = tokens[at + 2, 0]
            at += 3
            for _ in range(allocations):
                if tokens[at, 0] != ALLOCATION_FIELDS:
                    return NOT_PLAIN
                at += 1 + 2 * ALLOCATION_FIELDS
            at += 6
        count, at = _note_costs(tokens, at + 7, costs, count)
        if fields != SHIPMENT_FIELDS:
            if fields != SHIPMENT_FIELDS + 1 or tokens[at, 1] != CO2E_LENGTH:
                return NOT_PLAIN
            at += 2
    if tokens[at + 1, 0] != 0:
        return NOT_PLAIN
    count, at = _note_costs(tokens, at + 3, costs, count)
    # Levels, then substitutions behind the rule by which goods may leave unpaid.
    if tokens[at + 1, 0] != 0 or tokens[at + 5, 0] != 0:
        return NOT_PLAIN
    # Behind the versions: numbers of shipments, what it replaces, why, and what waits.
    outcome[3], outcome[4] = at + 6, at + 18
    if tokens[at + 17, 0] != tokens[18, 0]:
        return NOT_PLAIN
    at += 18 + tokens[18, 0]
    is_first = tokens[at + 1, 1] == 0 and tokens[at + 3, 1] == 0 and tokens[at + 5, 0] == 0
    return count if is_first else NOT_PLAIN


@compiled
def _note_costs(tokens: Numbers, at: int, costs: Numbers, count: int) -> tuple[int, int]:
    """Those of the array at that token. Returns how many there are by then, and the token behind it."""
    last = count + tokens[at, 0]
    at += 1
    for number in range(count, last):
        costs[number] = at
        at += 1 + 2 * COST_FIELDS
    return last, at


@compiled
def _round(tokens: Numbers, costs: Numbers, count: int, losses: Numbers) -> None:
    """As `money.round_parts`: minor units in the place of thousandths."""
    total, missing = 0, 0
    for number in range(count):
        milli = tokens[costs[number] + 4, 0]
        total += milli
        missing -= milli // 1_000
        tokens[costs[number] + 4, 0] = milli // 1_000
        losses[number] = milli % 1_000
    missing += _half_even(total)
    for _ in range(missing):
        most = 0
        for number in range(count):
            if losses[number] > losses[most]:
                most = number
        tokens[costs[most] + 4, 0] += 1
        losses[most] = 0


@compiled
def _half_even(milli: int) -> int:
    whole, rest = milli // 1_000, milli % 1_000
    return whole + 1 if rest > 500 or (rest == 500 and whole % 2) else whole


@compiled
def _name(packed: Bytes, tokens: Numbers, at: int, words: Numbers) -> None:
    """The number of the word at a token in its place."""
    letters, first = 0, tokens[at, 0]
    for place in range(first, first + min(LETTERS, tokens[at, 1])):
        letters = letters << 8 | packed[place]
    number = 0
    for word in range(len(words)):
        number += (words[word, 0] == letters) * words[word, 1]
    tokens[at, 0] = number
