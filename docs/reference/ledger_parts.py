"""The parts of `concepts/ledger.md` that are made: what moves what, and examples counted by the ledger itself."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import astuple

import router
from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.accounts import EMPTY, OUTSIDE, Account, Balance, Bucket, at_node, on_hand, outside
from router.ledger.balances import fold
from router.ledger.entries import Entry
from router.ledger.flows import MEANINGS, PHASES, EntryCode, Phase

APP = Path(router.__file__).parent / "app"
PHASE_WORDS: Mapping[Phase, str] = {
    Phase.POSTED: "at once",
    Phase.PENDING: "promised",
    Phase.RESOLVE_POST: "promise kept",
    Phase.RESOLVE_VOID: "promise released",
}
PLACES: Mapping[Bucket, str] = {
    Bucket.ON_HAND: "on the shelves of a node, promised units included",
    Bucket.PICKING: "taken from the shelf, about to leave; and what is promised to be taken",
    Bucket.SHIPPED: "left that node for customers",
    Bucket.IN_TRANSIT: "on the way to that node from another one",
    Bucket.ON_ORDER: "ordered from a supplier for that node",
    Bucket.DELIVERED: "arrived at customers of that node",
    Bucket.RETURN_INBOUND: "on the way back to that node",
    Bucket.INSPECT: "returned and not looked at yet",
    Bucket.REFURBISH: "returned, being made as good as new",
    Bucket.DAMAGED: "broken",
    Bucket.QUARANTINE: "must not be sold: expired, or in doubt",
    Bucket.SUPPLIER: "where goods come from",
    Bucket.CUSTOMER: "customers, where the return is not of a known parcel",
    Bucket.ADJUSTMENT: "what counting found or missed",
    Bucket.LOST: "lost on the way between nodes or to customers, and what customers got broken",
    Bucket.DEMAND_OPEN: "the other side of what waits",
    Bucket.BACKORDER: "units of orders that wait for stock or a person",
    Bucket.PAYER: "where money comes from, and goes back to",
    Bucket.AUTHORIZED: "minor units that providers have promised and nobody took yet",
    Bucket.CAPTURED: "minor units that were taken, less those that went back",
    Bucket.GIFT: "minor units that a gift account can pay with; its id stands in the place of the node",
    Bucket.GIFT_HELD: "minor units of a gift account that payments hold and nobody took yet",
}

LYON, NICE, LAMP, MILK = NodeId("lyon"), NodeId("nice"), Sku("LAMP"), Sku("MILK")


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of an example and why it is booked. `settles` is the number of an earlier step."""

    why: str
    code: EntryCode
    gives: Account
    receives: Account
    quantity: int
    settles: int = 0


def shelf(lot: str = "", sku: Sku = LAMP) -> Account:
    return on_hand(LYON, sku, lot)


def at(bucket: Bucket, node_id: NodeId = LYON, lot: str = "", sku: Sku = LAMP) -> Account:
    return at_node(bucket, node_id, sku, lot)


SUPPLIER, COUNT = outside(Bucket.SUPPLIER, LAMP), outside(Bucket.ADJUSTMENT, LAMP)
PICKING, SHIPPED = at(Bucket.PICKING), at(Bucket.SHIPPED)
RECEIVED = Step("five lamps arrive", EntryCode.RECEIVE, SUPPLIER, shelf(), 5)

EXAMPLES: Mapping[str, Sequence[Step]] = {
    "order": (
        RECEIVED,
        Step("an order for three is routed", EntryCode.RESERVE, shelf(), PICKING, 3),
        Step("one of them is canceled", EntryCode.VOID, shelf(), PICKING, 1, 2),
        Step("its shipment is dispatched: two are taken", EntryCode.POST, shelf(), PICKING, 2, 2),
        Step("and leave", EntryCode.SHIP, PICKING, SHIPPED, 2),
    ),
    "limit": (
        RECEIVED,
        Step("a cart reserves four for a quarter of an hour", EntryCode.RESERVE, shelf(), PICKING, 4),
        Step("nobody came back to it", EntryCode.EXPIRE, shelf(), PICKING, 4, 2),
    ),
    "short": (
        RECEIVED,
        Step("four are promised", EntryCode.RESERVE, shelf(), PICKING, 4),
        Step("a count finds two", EntryCode.SNAPSHOT_TRUE_UP, shelf(), COUNT, 3),
    ),
    "lot": (
        Step(
            "two of lot A arrive", EntryCode.RECEIVE, outside(Bucket.SUPPLIER, MILK, "A"), shelf("A", MILK), 2
        ),
        Step(
            "three of lot B, which expires later",
            EntryCode.RECEIVE,
            outside(Bucket.SUPPLIER, MILK, "B"),
            shelf("B", MILK),
            3,
        ),
        Step(
            "one is promised: of the lot that expires first",
            EntryCode.RESERVE,
            shelf("A", MILK),
            at(Bucket.PICKING, lot="A", sku=MILK),
            1,
        ),
        Step(
            "lot A expires: what is not promised goes aside",
            EntryCode.QUARANTINE,
            shelf("A", MILK),
            at(Bucket.QUARANTINE, lot="A", sku=MILK),
            1,
        ),
    ),
    "transfer": (
        RECEIVED,
        Step("four leave for Nice", EntryCode.MOVE_OUT, shelf(), at(Bucket.IN_TRANSIT, NICE), 4),
        Step("three arrive", EntryCode.MOVE_IN, at(Bucket.IN_TRANSIT, NICE), at(Bucket.ON_HAND, NICE), 3),
        Step(
            "the fourth does not",
            EntryCode.DISCREPANCY,
            at(Bucket.IN_TRANSIT, NICE),
            outside(Bucket.LOST, LAMP),
            1,
        ),
    ),
    "correction": (
        RECEIVED,
        Step("two are booked as lost", EntryCode.ADJUST, shelf(), COUNT, 2),
        Step("that was the wrong shelf", EntryCode.CORRECT, COUNT, shelf(), 2, 2),
    ),
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, ["---"] * len(head), *rows))


def buckets() -> str:
    """Where units can be."""
    rows = [
        (f"`{bucket.name.lower()}`", "no node" if bucket in OUTSIDE else "a node", PLACES[bucket])
        for bucket in PLACES
    ]
    return table(("bucket", "of", "units"), rows)


def flows() -> str:
    """Each code with its meaning, how it counts, and between which buckets; and whether any call books it."""
    used = set(re.findall(r"EntryCode\.([A-Z_]+)", "".join(path.read_text() for path in APP.rglob("*.py"))))
    rows = []
    for code, (meaning, pairs) in MEANINGS.items():
        moves = "<br>".join(
            f"`{gives.name.lower()}` → `{receives.name.lower()}`" for gives, receives in pairs
        )
        booked = "" if code.name in used else "kept for later"
        rows.append((f"`{code.name}`", meaning, PHASE_WORDS[PHASES[code]], moves, booked))
    correct = EntryCode.CORRECT
    booked = "" if correct.name in used else "kept for later"
    rows.append(
        (
            f"`{correct.name}`",
            "one earlier entry was wrong",
            PHASE_WORDS[PHASES[correct]],
            "its mirror",
            booked,
        )
    )
    return table(("code", "what happened", "counts", "from → to", ""), rows)


def example(name: str) -> str:
    """The entries of an example with the counters that each moves, and what they add up to."""
    balances: dict[Account, Balance] = {}
    rows = []
    for position, step in enumerate(EXAMPLES[name], start=1):
        before = dict(balances)
        entry = Entry(
            position=position,
            time=Instant(position),
            code=step.code,
            debit=step.receives,
            credit=step.gives,
            quantity=step.quantity,
            pending_position=step.settles,
        )
        fold([entry], balances)
        moved = "<br>".join(
            moved_counters(account, before.get(account, EMPTY), balances[account])
            for account in (step.gives, step.receives)
        )
        settles = f", settles {step.settles}" if step.settles else ""
        rows.append((str(position), step.why, f"`{step.code.name}` {step.quantity}{settles}", moved))
    sums = [
        (f"`{account}`", *map(str, astuple(balance)[:4]), str(balance.units), free_text(account, balance))
        for account, balance in balances.items()
    ]
    return (
        table(("", "", "entry", "counters"), rows)
        + "\n"
        + table(
            (
                "afterwards",
                "debits posted",
                "credits posted",
                "debits pending",
                "credits pending",
                "units",
                "free",
            ),
            sums,
        )
    )


def moved_counters(account: Account, before: Balance, after: Balance) -> str:
    names = ("debits posted", "credits posted", "debits pending", "credits pending")
    moved = [
        f"{name} {b - a:+d}"
        for name, a, b in zip(names, astuple(before), astuple(after), strict=False)
        if a != b
    ]
    return f"`{account}` {', '.join(moved)}"


def free_text(account: Account, balance: Balance) -> str:
    return str(balance.free) if account.bucket is Bucket.ON_HAND else ""


PARTS: Mapping[str, Callable[[], str]] = {
    "buckets": buckets,
    "flows": flows,
    **{f"example-{name}": lambda name=name: example(name) for name in EXAMPLES},
}
