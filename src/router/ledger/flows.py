"""Flows: what an entry can mean, how it counts, and between which buckets it may move units."""

from collections.abc import Mapping
from enum import Enum, IntEnum

from router.ledger.accounts import Bucket


class EntryCode(IntEnum):
    """What an entry means. Numbers are stored in journals and never change their meaning."""

    SNAPSHOT_TRUE_UP = 1
    ADJUST = 2
    RECEIVE = 3
    RETURN = 4
    RESERVE = 5
    POST = 6
    VOID = 7
    SHIP = 8
    BACKORDER_OPEN = 9
    BACKORDER_CLOSE = 10
    EXPIRE = 11
    BACKORDER_FILL = 12
    DELIVER = 13
    MOVE_OUT = 14
    MOVE_IN = 15
    DISCREPANCY = 16
    RETURN_EXPECT = 17
    RETURN_RECEIVE = 18
    RETURN_RESTOCK = 19
    RETURN_SCRAP = 20
    QUARANTINE = 21
    RELEASE = 22
    WRITE_OFF = 23
    CORRECT = 24
    PURCHASE = 30
    PURCHASE_RECEIVE = 31
    PURCHASE_CLOSE = 32
    AUTHORIZE = 40
    CAPTURE = 41
    RELEASE_AUTHORIZATION = 42
    REFUND = 43
    GIFT_ISSUE = 44
    REFURBISH = 50
    RETURN_TO_VENDOR = 51
    RETURN_RELEASE = 52
    CLAIM = 53


class Phase(Enum):
    """How an entry changes counters: at once, as a reservation, or by resolving one for good or for nothing.

    Each unit makes so many more `posted`, and so many more `pending`.
    """

    POSTED = (1, 0)
    PENDING = (0, 1)
    RESOLVE_POST = (1, -1)
    RESOLVE_VOID = (0, -1)

    def __init__(self, posted: int, pending: int) -> None:
        self.posted = posted
        self.pending = pending


PHASES: Mapping[EntryCode, Phase] = {
    **dict.fromkeys(EntryCode, Phase.POSTED),
    EntryCode.RESERVE: Phase.PENDING,
    EntryCode.POST: Phase.RESOLVE_POST,
    EntryCode.VOID: Phase.RESOLVE_VOID,
    EntryCode.EXPIRE: Phase.RESOLVE_VOID,
}

RESOLVING = frozenset({EntryCode.POST, EntryCode.VOID, EntryCode.EXPIRE})
"""Each of these resolves units of one reservation."""

SETTLING = RESOLVING | {EntryCode.CORRECT}
"""Each of these names the earlier entry it settles."""

WITH_REASON_CODE = frozenset({EntryCode.ADJUST, EntryCode.RECEIVE, EntryCode.RETURN, EntryCode.GIFT_ISSUE})
"""What people and their systems correct: these have no line of an order, and keep a reason code in its place."""

MEANINGS: Mapping[EntryCode, tuple[str, tuple[tuple[Bucket, Bucket], ...]]] = {
    EntryCode.SNAPSHOT_TRUE_UP: (
        "a feed counted another figure",
        ((Bucket.ADJUSTMENT, Bucket.ON_HAND), (Bucket.ON_HAND, Bucket.ADJUSTMENT)),
    ),
    EntryCode.ADJUST: (
        "a figure is corrected, with a reason",
        ((Bucket.ADJUSTMENT, Bucket.ON_HAND), (Bucket.ON_HAND, Bucket.ADJUSTMENT)),
    ),
    EntryCode.RECEIVE: (
        "goods arrive from a supplier, or go back there",
        ((Bucket.SUPPLIER, Bucket.ON_HAND), (Bucket.ON_HAND, Bucket.SUPPLIER)),
    ),
    EntryCode.RETURN: (
        "a customer brings goods back straight onto the shelf, or takes them along again",
        ((Bucket.CUSTOMER, Bucket.ON_HAND), (Bucket.ON_HAND, Bucket.CUSTOMER)),
    ),
    EntryCode.RESERVE: (
        "units are promised, on their shelf or under way to it",
        ((Bucket.ON_HAND, Bucket.PICKING), (Bucket.IN_TRANSIT, Bucket.PICKING)),
    ),
    EntryCode.POST: ("a promise is kept: the units are taken", ((Bucket.ON_HAND, Bucket.PICKING),)),
    EntryCode.VOID: (
        "a promise is given back",
        ((Bucket.ON_HAND, Bucket.PICKING), (Bucket.IN_TRANSIT, Bucket.PICKING)),
    ),
    EntryCode.EXPIRE: ("a promise ran out of time", ((Bucket.ON_HAND, Bucket.PICKING),)),
    EntryCode.SHIP: ("taken units leave the node", ((Bucket.PICKING, Bucket.SHIPPED),)),
    EntryCode.DELIVER: ("the customer has them", ((Bucket.SHIPPED, Bucket.DELIVERED),)),
    EntryCode.BACKORDER_OPEN: ("units of an order wait for stock", ((Bucket.DEMAND_OPEN, Bucket.BACKORDER),)),
    EntryCode.BACKORDER_CLOSE: ("they wait no longer: canceled", ((Bucket.BACKORDER, Bucket.DEMAND_OPEN),)),
    EntryCode.BACKORDER_FILL: (
        "they wait no longer: stock was found",
        ((Bucket.BACKORDER, Bucket.DEMAND_OPEN),),
    ),
    EntryCode.MOVE_OUT: ("a transfer leaves for another node", ((Bucket.ON_HAND, Bucket.IN_TRANSIT),)),
    EntryCode.MOVE_IN: ("a transfer arrives", ((Bucket.IN_TRANSIT, Bucket.ON_HAND),)),
    EntryCode.DISCREPANCY: (
        "a transfer arrives with fewer units, with broken ones or with more than left; a carrier loses a parcel; lost"
        " units turn up",
        (
            (Bucket.SHIPPED, Bucket.LOST),
            (Bucket.LOST, Bucket.SHIPPED),
            (Bucket.IN_TRANSIT, Bucket.LOST),
            (Bucket.IN_TRANSIT, Bucket.DAMAGED),
            (Bucket.ADJUSTMENT, Bucket.IN_TRANSIT),
            (Bucket.LOST, Bucket.ON_HAND),
        ),
    ),
    EntryCode.RETURN_EXPECT: (
        "a customer announces a return, or a carrier brings a parcel back",
        ((Bucket.DELIVERED, Bucket.RETURN_INBOUND), (Bucket.SHIPPED, Bucket.RETURN_INBOUND)),
    ),
    EntryCode.RETURN_RECEIVE: (
        "returned goods arrive, announced or not",
        ((Bucket.RETURN_INBOUND, Bucket.INSPECT), (Bucket.CUSTOMER, Bucket.INSPECT)),
    ),
    EntryCode.RETURN_RESTOCK: (
        "returned goods are as good as new",
        ((Bucket.INSPECT, Bucket.ON_HAND), (Bucket.REFURBISH, Bucket.ON_HAND)),
    ),
    EntryCode.RETURN_SCRAP: (
        "returned goods are not",
        ((Bucket.INSPECT, Bucket.DAMAGED), (Bucket.REFURBISH, Bucket.DAMAGED)),
    ),
    EntryCode.REFURBISH: (
        "returned goods are made as good as new first",
        ((Bucket.INSPECT, Bucket.REFURBISH),),
    ),
    EntryCode.RETURN_TO_VENDOR: (
        "returned goods go back to their supplier",
        ((Bucket.INSPECT, Bucket.SUPPLIER), (Bucket.REFURBISH, Bucket.SUPPLIER)),
    ),
    EntryCode.RETURN_RELEASE: (
        "an announced return does not come: its customer keeps the goods",
        ((Bucket.RETURN_INBOUND, Bucket.DELIVERED),),
    ),
    EntryCode.CLAIM: (
        "delivered goods were broken or not there, and nobody sends them back; or they were after all",
        ((Bucket.DELIVERED, Bucket.LOST), (Bucket.LOST, Bucket.DELIVERED)),
    ),
    EntryCode.QUARANTINE: (
        "units must not be sold: their lot expired, or somebody has doubts",
        (
            (Bucket.ON_HAND, Bucket.QUARANTINE),
            (Bucket.INSPECT, Bucket.QUARANTINE),
            (Bucket.REFURBISH, Bucket.QUARANTINE),
        ),
    ),
    EntryCode.RELEASE: ("doubts were unfounded", ((Bucket.QUARANTINE, Bucket.ON_HAND),)),
    EntryCode.WRITE_OFF: (
        "units that will never be sold leave the books",
        ((Bucket.QUARANTINE, Bucket.ADJUSTMENT), (Bucket.DAMAGED, Bucket.ADJUSTMENT)),
    ),
    EntryCode.PURCHASE: (
        "units are ordered from a supplier, or more of them arrive than were",
        ((Bucket.SUPPLIER, Bucket.ON_ORDER),),
    ),
    EntryCode.PURCHASE_RECEIVE: (
        "ordered units arrive, some of them broken",
        ((Bucket.ON_ORDER, Bucket.ON_HAND), (Bucket.ON_ORDER, Bucket.DAMAGED)),
    ),
    EntryCode.PURCHASE_CLOSE: (
        "ordered units will not arrive: canceled, closed as short, or known by their lot from now on",
        ((Bucket.ON_ORDER, Bucket.SUPPLIER),),
    ),
    EntryCode.AUTHORIZE: (
        "a payer's provider promises money, or some of a gift account is held",
        ((Bucket.PAYER, Bucket.AUTHORIZED), (Bucket.GIFT, Bucket.GIFT_HELD)),
    ),
    EntryCode.CAPTURE: (
        "promised money is taken",
        ((Bucket.AUTHORIZED, Bucket.CAPTURED), (Bucket.GIFT_HELD, Bucket.CAPTURED)),
    ),
    EntryCode.RELEASE_AUTHORIZATION: (
        "promised money is not wanted any more, or the promise ran out of time",
        ((Bucket.AUTHORIZED, Bucket.PAYER), (Bucket.GIFT_HELD, Bucket.GIFT)),
    ),
    EntryCode.REFUND: (
        "taken money goes back",
        ((Bucket.CAPTURED, Bucket.PAYER), (Bucket.CAPTURED, Bucket.GIFT)),
    ),
    EntryCode.GIFT_ISSUE: ("a gift account is given money to pay with", ((Bucket.PAYER, Bucket.GIFT),)),
}
"""Each code in words, with the pairs (gives, receives) of buckets it may move units between.

CORRECT is not here: it is the mirror of the one entry that it reverses.
"""


def _flows() -> frozenset[tuple[EntryCode, Bucket, Bucket]]:
    moves = {(code, *pair) for code, (_, pairs) in MEANINGS.items() for pair in pairs}
    mirrors = {
        (EntryCode.CORRECT, receives, gives)
        for code, gives, receives in moves
        if PHASES[code] in (Phase.POSTED, Phase.RESOLVE_POST)
    }
    return frozenset(moves | mirrors)


FLOWS: frozenset[tuple[EntryCode, Bucket, Bucket]] = _flows()
"""From which bucket to which a code may move units."""
