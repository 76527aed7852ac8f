"""The compiled pass that writes plans: columns of a round -> MessagePack, as structs of `domain.plan` are packed.

Texts come packed. Those that are few are `words`; names of fields, and whatever stands beside them, are among these.
How a number is put stands in `settle_columns` too: what is compiled is kept by its own file, and would not see that
another one changed.
"""

from typing import NamedTuple

import numpy as np

from router.solver.problem import Ints
from router.solver.records import Array, compiled

(
    BOUND, WORK, SHIPMENTS, ORDER_COSTS, ON_ACCOUNT, SUBSTITUTIONS, SHIP_DAY, DELIVERY_DAY, LATE_DAYS, COSTS, CO2E,
    PARCEL, WEIGHT, BILLABLE, CHARGE, ALLOCATION, SKU, QUANTITY,
) = range(18)  # fmt: skip
"""The words that stand in every plan, by number."""
HEAD, OBJECTIVE_MILLI, BOUND_MILLI, EFFORT, TRUSTED_BY, SPLIT_MILLI, SPLIT_BEGIN, SPLIT_END, LINES = range(9)
"""Rows of what is said of orders: words, and numbers."""
NODE, SERVICE, SHIPS, ARRIVES, LATE, EMITS = range(6)
"""Rows of what is said of shipments, likewise."""
ROWS_OF_ORDERS, ROWS_OF_SHIPMENTS = 9, 6
NOT_KNOWN = -1
"""An emission that the plan does not state."""
PLAN_BYTES, SHIPMENT_BYTES, PARCEL_BYTES, ALLOCATION_BYTES, NUMBER_BYTES = 260, 160, 120, 40, 9
"""A plan, a shipment, a parcel and an allocation are no longer than that, the texts that are not names of fields aside,
and a number is not.
"""


class PlanColumns(NamedTuple):
    """What is written: O orders, K shipments, C reasons for costs, L lines of the batch."""

    orders: Ints  # [9, O]
    line_start: Ints  # [O + 1]
    bundle_start: Ints  # [O + 1]
    quantity: Ints  # bundles of each
    shipment_start: Ints  # [O + 1]
    shipments: Ints  # [6, K]
    amounts_milli: Ints  # [C, K]
    is_at_node: Array  # [K] whether it leaves a node and no gathering
    load_start: Ints  # [K + 1]
    load_units: Ints  # [U]
    kinds: Ints  # [7, P]
    entries: Ints  # [2, E]
    parcel_counts: Ints  # [K]
    number: Ints  # [L] of its product


class Texts(NamedTuple):
    words: Array
    word_start: Ints
    cost_begin: int
    """The words before the amounts of each reason for costs are those from that on, and then those behind them."""
    listed: Array
    """A list of texts: the products', and then the lines'."""
    products: int
    lines: int


@compiled
def write_each(columns: PlanColumns, texts: Texts) -> tuple[Array, Ints, Ints, Ints, int]:
    """The plans one behind another, and of each order where its own ends: where it begins if the order is not plain.
    Then what each shipment carries, in packing order: lines of the batch and their units. Last the first order whose
    costs miss its objective, or -1.
    """
    text_start = _starts_of(texts.listed, texts.products + texts.lines)
    packed = np.empty(_room(columns, texts, text_start), np.uint8)
    ends = np.zeros(columns.orders.shape[1] + 1, np.int64)
    sent = np.zeros((2, len(columns.load_units)), np.int64)
    end, kind, missed = 0, 0, -1
    for order in range(columns.orders.shape[1]):
        last = columns.shipment_start[order + 1]
        if _is_plain(columns, order):
            if missed < 0 and _paid(columns, order) != columns.orders[OBJECTIVE_MILLI, order]:
                missed = order
            end, kind = _put_plan(packed, end, columns, texts, text_start, order, kind, sent)
        while kind < columns.kinds.shape[1] and columns.kinds[0, kind] < last:
            kind += 1
        ends[order + 1] = end
    return packed, ends, sent[0], sent[1], missed


@compiled
def _starts_of(listed: Array, count: int) -> Ints:
    """Where each of a list of texts begins, in MessagePack, and where the last ends."""
    starts = np.empty(count + 1, np.int64)
    at = 1 if count < 16 else 3 if count < 1 << 16 else 5
    for number in range(count):
        starts[number] = at
        kind = listed[at]
        if kind < 0xC0:
            at += 1 + (kind & 0x1F)
            continue
        size, length = 1 << (kind - 0xD9), 0
        for step in range(size):
            length = length << 8 | listed[at + 1 + step]
        at += 1 + size + length
    starts[count] = at
    return starts


@compiled
def _longest(starts: Ints) -> int:
    longest = 0
    for number in range(len(starts) - 1):
        longest = max(longest, starts[number + 1] - starts[number])
    return longest


@compiled
def _room(columns: PlanColumns, texts: Texts, text_start: Ints) -> int:
    """More bytes than all plans take."""
    word, text = _longest(texts.word_start), _longest(text_start)
    a_shipment = SHIPMENT_BYTES + 2 * word + len(columns.amounts_milli) * (2 * word + NUMBER_BYTES)
    room = len(columns.shipment_start) * (PLAN_BYTES + 4 * word) + len(columns.load_start) * a_shipment
    first = 0
    for kind in range(columns.kinds.shape[1]):
        last = columns.kinds[2, kind]
        room += columns.kinds[1, kind] * (PARCEL_BYTES + (last - first) * (ALLOCATION_BYTES + 2 * text))
        first = last
    return room


@compiled
def _is_plain(columns: PlanColumns, order: int) -> bool:
    """Whether all of it ships, from nodes, and its lines are the client's."""
    lines = columns.line_start[order + 1] - columns.line_start[order]
    begin, after = columns.bundle_start[order], columns.bundle_start[order + 1]
    if after - begin != lines or columns.orders[LINES, order] != lines:
        return False
    left = 0
    for bundle in range(begin, after):
        left += columns.quantity[bundle]
    for shipment in range(columns.shipment_start[order], columns.shipment_start[order + 1]):
        if not columns.is_at_node[shipment]:
            return False
        for place in range(columns.load_start[shipment], columns.load_start[shipment + 1]):
            left -= columns.load_units[place]
    return bool(left == 0)


@compiled
def _paid(columns: PlanColumns, order: int) -> int:
    """All costs of the order."""
    first, last = columns.shipment_start[order], columns.shipment_start[order + 1]
    paid: int = columns.orders[SPLIT_MILLI, order] * (last - first - 1)
    for reason in range(len(columns.amounts_milli)):
        for shipment in range(first, last):
            paid += columns.amounts_milli[reason, shipment]
    return paid


@compiled
def _put_plan(
    packed: Array, end: int, columns: PlanColumns, texts: Texts, text_start: Ints, order: int, kind: int, sent: Ints
) -> tuple[int, int]:  # fmt: skip
    """Returns also the kind of parcels behind those of the order; so do the others that put parcels."""
    words, orders = (texts.words, texts.word_start), columns.orders
    first, last = columns.shipment_start[order], columns.shipment_start[order + 1]
    end = _put_number(
        packed, _put_word(packed, end, words, orders[HEAD, order]), orders[OBJECTIVE_MILLI, order]
    )
    end = _put_number(packed, _put_word(packed, end, words, BOUND), orders[BOUND_MILLI, order])
    end = _put_number(packed, _put_word(packed, end, words, WORK), orders[EFFORT, order])
    end = _put_head(packed, _put_word(packed, end, words, SHIPMENTS), last - first)
    first_line = columns.line_start[order]
    for shipment in range(first, last):
        end, kind = _put_shipment(packed, end, columns, texts, text_start, shipment, first_line, kind, sent)
    end = _put_word(packed, end, words, ORDER_COSTS)
    split = orders[SPLIT_MILLI, order] * (last - first - 1)
    end = _put_head(packed, end, int(split != 0))
    if split != 0:
        end = _put_number(packed, _put_word(packed, end, words, orders[SPLIT_BEGIN, order]), split)
        end = _put_word(packed, end, words, orders[SPLIT_END, order])
    end = _put_word(packed, end, words, ON_ACCOUNT)
    end = _put_word(packed, end, words, orders[TRUSTED_BY, order])
    return _put_word(packed, end, words, SUBSTITUTIONS), kind


@compiled
def _put_shipment(
    packed: Array, begin: int, columns: PlanColumns, texts: Texts, text_start: Ints, shipment: int, first_line: int,
    kind: int, sent: Ints,
) -> tuple[int, int]:  # fmt: skip
    words, own, amounts = (texts.words, texts.word_start), columns.shipments, columns.amounts_milli
    end = _put_word(packed, begin, words, own[NODE, shipment])
    end = _put_word(packed, end, words, own[SERVICE, shipment])
    end = _put_head(packed, end, columns.parcel_counts[shipment])
    last, place = columns.kinds.shape[1], columns.load_start[shipment] - 1
    line, since = -1, 0 if kind == 0 else columns.kinds[2, kind - 1]
    while kind < last and columns.kinds[0, kind] == shipment:
        copies, until = columns.kinds[1, kind], columns.kinds[2, kind]
        for _ in range(copies):
            end = _put_parcel(packed, end, columns, texts, text_start, first_line, kind, since, until)
        for entry in range(since, until):
            if columns.entries[0, entry] != line:
                line, place = columns.entries[0, entry], place + 1
                sent[0, place] = first_line + line
            sent[1, place] += columns.entries[1, entry] * copies
        kind, since = kind + 1, until
    end = _put_number(packed, _put_word(packed, end, words, SHIP_DAY), own[SHIPS, shipment])
    end = _put_number(packed, _put_word(packed, end, words, DELIVERY_DAY), own[ARRIVES, shipment])
    end = _put_number(packed, _put_word(packed, end, words, LATE_DAYS), own[LATE, shipment])
    end = _put_word(packed, end, words, COSTS)
    count = 0
    for reason in range(len(amounts)):
        count += amounts[reason, shipment] != 0
    end = _put_head(packed, end, count)
    for reason in range(len(amounts)):
        if amounts[reason, shipment] != 0:
            end = _put_word(packed, end, words, texts.cost_begin + reason)
            end = _put_number(packed, end, amounts[reason, shipment])
            end = _put_word(packed, end, words, texts.cost_begin + len(amounts) + reason)
    if own[EMITS, shipment] != NOT_KNOWN:
        packed[begin] += 1  # a field more
        end = _put_number(packed, _put_word(packed, end, words, CO2E), own[EMITS, shipment])
    return end, kind


@compiled
def _put_parcel(
    packed: Array, end: int, columns: PlanColumns, texts: Texts, text_start: Ints, first_line: int, kind: int,
    since: int, until: int,
) -> int:  # fmt: skip
    words, kinds = (texts.words, texts.word_start), columns.kinds
    end = _put_head(packed, _put_word(packed, end, words, PARCEL), until - since)
    for entry in range(since, until):
        line = first_line + columns.entries[0, entry]
        end = _put_word(packed, end, words, ALLOCATION)
        end = _put_word(packed, end, (texts.listed, text_start), texts.products + line)
        end = _put_word(packed, end, words, SKU)
        end = _put_word(packed, end, (texts.listed, text_start), columns.number[line])
        end = _put_number(packed, _put_word(packed, end, words, QUANTITY), columns.entries[1, entry])
    end = _put_number(packed, _put_word(packed, end, words, WEIGHT), kinds[3, kind])
    end = _put_number(packed, _put_word(packed, end, words, BILLABLE), kinds[5, kind])
    return _put_number(packed, _put_word(packed, end, words, CHARGE), kinds[6, kind])


@compiled
def _put_word(packed: Array, end: int, words: tuple[Array, Ints], number: int) -> int:
    # Indexes that cannot be negative let the compiler take many bytes at a time.
    source, start = words
    first = start[number]
    count: int = start[number + 1] - first
    to, place = np.uintp(end), np.uintp(first)
    for step in range(np.uintp(count)):
        packed[to + step] = source[place + step]
    return end + count


@compiled
def _put_head(packed: Array, end: int, count: int) -> int:
    """That a list of so many follows: fixarray, array 16 or array 32 of MessagePack."""
    if count < 16:
        packed[end] = 0x90 | count
        return end + 1
    if count < 1 << 16:
        return _put_big_endian(packed, end, 0xDC, count, 2)
    return _put_big_endian(packed, end, 0xDD, count, 4)


@compiled
def _put_number(packed: Array, end: int, number: int) -> int:
    """An integer in the shortest form of MessagePack that holds it: fixint, or uint or int of 8, 16, 32 or 64 bits."""
    if -32 <= number < 1 << 7:
        packed[end] = number & 0xFF
        return end + 1
    if number >= 0:
        if number < 1 << 8:
            return _put_big_endian(packed, end, 0xCC, number, 1)
        if number < 1 << 16:
            return _put_big_endian(packed, end, 0xCD, number, 2)
        if number < 1 << 32:
            return _put_big_endian(packed, end, 0xCE, number, 4)
        return _put_big_endian(packed, end, 0xCF, number, 8)
    if number >= -(1 << 7):
        return _put_big_endian(packed, end, 0xD0, number, 1)
    if number >= -(1 << 15):
        return _put_big_endian(packed, end, 0xD1, number, 2)
    if number >= -(1 << 31):
        return _put_big_endian(packed, end, 0xD2, number, 4)
    return _put_big_endian(packed, end, 0xD3, number, 8)


@compiled
def _put_big_endian(packed: Array, end: int, kind: int, number: int, size: int) -> int:
    """The byte that says the kind, then the number in so many bytes."""
    packed[end] = kind
    for place in range(size):
        packed[end + size - place] = number & 0xFF
        number >>= 8
    return end + 1 + size
