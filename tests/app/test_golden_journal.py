"""The bytes of a fixed history: what was written by one version of the router reads the same in the next."""

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

from msgspec import UNSET
from msgspec.structs import replace

from router.app.records.commit import Commit
from router.domain.reasons import RouterError
from router.ledger.accounts import Account
from router.routing.decision import Decision
from router.routing.world import CapacityView, OrderToRoute, StockView, World
from router.stores.account_ids import Numbered
from router.stores.commit_rows import number_accounts, rows_of
from tests.app.builders import Shop, a_shop, order_for
from tests.app.first_come import first_come
from tests.routing.builders import an_order

LYON, LILLE = "lyon", "lille"
CLOCK, LAMP = "RED-CLOCK", "TIN-LAMP"
STOCK = {LYON: {CLOCK: 10, LAMP: 3}, LILLE: {CLOCK: 9}}

HEAD_HASH = "9db58e89094a708acb909b4f2092bf47426820be33e3924c9f2b9c65f013be3b"
"""Of the journal: this one never changes."""

ROWS_DIGEST = "5ad0c2ecc331e9b5d0504ad97c13056f49e55e7da90050a157a2b73974e6112c"
"""Of everything written. It changes only with a column, or with a field of a body, that is new on purpose."""


def as_before(
    requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
) -> tuple[Decision, ...]:
    """Decisions that do not say whether goods may leave unpaid, as all were before rules said so."""
    decided = first_come(requests, world, stock, capacity)
    return tuple(replace(one, planned=replace(one.plan, on_account=UNSET)) for one in decided)


def live_through_everything(shop: Shop) -> None:
    """Orders, cancellations, dispatches, reservations in all their ways to end, counts, refusals and repeats."""
    first = an_order("order-1", lines={CLOCK: 6, LAMP: 2}, customer_id="ada", attributes={"z": "1", "a": "2"})
    shop.route(first, key="one")
    shop.route(first, key="one")
    shop.route(order_for(LAMP, 3, "order-2"), order_for("GHOST", 1, "order-3"))
    shop.cancel("order-1", {"1": 2})
    shop.dispatch("order-1/1")
    shop.cancel("order-2")
    shop.reserve((LYON, CLOCK, 2), reference="cart", reservation_id="cart-1")
    shop.post("cart-1", {"1": 1})
    shop.void(shop.reserve((LYON, CLOCK, 1)).id)
    ordered = shop.reserve((LILLE, CLOCK, 1), seconds=None)
    shop.route(order_for(CLOCK, 1, "order-4"), reservation_id=ordered.id)
    shop.reserve((LILLE, CLOCK, 1), seconds=60)
    shop.clock.go_on(61)
    shop.adjust(LYON, LAMP, 2)
    shop.count({LYON: {CLOCK: 3}}, sequence=2)
    with suppress(RouterError):
        shop.reserve((LYON, CLOCK, 1_000))


def test_the_same_history_is_the_same_bytes_as_ever() -> None:
    commits: list[Commit] = []
    with a_shop(stock=STOCK, rules="", route=as_before, on_commit=commits.append) as shop:
        live_through_everything(shop)
        assert shop.faults() == ()

    ids: dict[Account, int] = {}
    rows = sha256()
    for commit in commits:
        number_accounts(ids, commit.balances)
        for table, written in rows_of(
            commit, Numbered(ids, commit.balances, [ids[one] for one in commit.balances])
        ):
            rows.update(repr((table.name, [tuple(row) for row in written])).encode())
    assert commits[-1].head.hash.hex() == HEAD_HASH
    assert rows.hexdigest() == ROWS_DIGEST
