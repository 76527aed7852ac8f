"""Personal data: apart from all that is decided and booked, and gone for ever when its key is."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from router.app.books.sealing import DESTROYED, seal, unseal
from router.app.commands.deciding import RouteOrders, RouteWave
from router.app.commands.orders import EraseCustomer
from router.app.ports.store import Store, StoreError
from router.app.records.recipients import KEY_BYTES, CustomerKey, SealedRecipient
from router.domain.identifiers import Instant, OrderId
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError
from router.domain.recipient import Recipient
from router.routing.replay import pack_decision, replay, unpack_decision
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.first_come import first_come

STOCK = {"lyon": {"RED-CLOCK": 1_000}}
ADA = Recipient(
    name="Augusta Ada Byron-Quux",
    street_lines=("12 Analytical Lane", "2nd floor"),
    city="Marylebone-Zyx",
    email="ada.quux@example.org",
    phone="+44 20 5550 0107",
)
WORDS = [b"Byron-Quux", b"Analytical Lane", b"Marylebone-Zyx", b"ada.quux", b"5550 0107"]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock=STOCK) as shop:
        yield shop


def order_of(customer_id: str, id: str, **changes: Any) -> Order:
    return order_for("RED-CLOCK", 1, id, customer_id=customer_id, **changes)


def route_for(*orders: Order, key: str, recipient: Recipient = ADA) -> RouteOrders:
    recipients = {order.id: recipient for order in orders}
    return RouteOrders(
        request_id=key, body_digest=digest(orders, recipients), orders=orders, recipients=recipients
    )


def erase(customer_id: str, key: str) -> EraseCustomer:
    return EraseCustomer(request_id=key, body_digest=digest(customer_id), customer_id=customer_id)


def recipients_of(shop: Shop, customer_id: str) -> list[tuple[str, Recipient | None]]:
    found = shop.queries.customers.get_customer(customer_id, 0, "")
    return [(one.record.order.id, one.recipient) for one in found.orders.items]


def test_a_recipient_is_known_by_order_and_by_customer(shop: Shop) -> None:
    shop.ask(route_for(order_of("ada", "o-1"), order_of("ada", "o-2"), key="k"))
    shop.route(order_of("ada", "o-3"))

    assert recipients_of(shop, "ada") == [("o-1", ADA), ("o-2", ADA), ("o-3", None)]
    assert shop.queries.customers.find_recipient("o-2") == ADA
    assert shop.queries.customers.find_recipient("o-3") is None


def test_an_order_that_is_refused_leaves_no_recipient(shop: Shop) -> None:
    unknown = order_for("NO-SUCH", 1, "o-1", customer_id="ada")
    shop.ask(route_for(unknown, order_of("ada", "o-2"), key="k"))
    shop.ask(route_for(order_of("ada", "o-2"), key="again", recipient=Recipient(name="Another")))

    assert shop.store.find_recipients([OrderId("o-1")]) == {}
    assert shop.queries.customers.find_recipient("o-2") == ADA


def test_validating_keeps_nothing(shop: Shop) -> None:
    shop.answer(
        RouteOrders(
            request_id="",
            body_digest=b"",
            orders=(order_of("ada", "o-1"),),
            recipients={OrderId("o-1"): ADA},
            validate_only=True,
        )
    )

    assert shop.store.find_customer_keys(["ada"]) == {}


def test_a_wave_keeps_recipients_too(shop: Shop) -> None:
    orders = (order_of("ada", "o-1"), order_of("bob", "o-2"))
    shop.ask(RouteWave(request_id="w", body_digest=b"w", orders=orders, recipients={OrderId("o-1"): ADA}))

    assert recipients_of(shop, "ada") == [("o-1", ADA)]
    assert recipients_of(shop, "bob") == [("o-2", None)]


def test_erasing_destroys_the_key_and_the_data_and_says_so_without_them(shop: Shop) -> None:
    shop.ask(route_for(order_of("ada", "o-1"), key="k"))
    shop.ask(route_for(order_of("bob", "o-2"), key="k2"))
    before = shop.store.find_customer_keys(["ada"])["ada"]
    answer: Any = shop.answer(erase("ada", "e"))
    found = shop.queries.customers.get_customer("ada", 0, "")
    last = shop.queries.list_events(0, 99)[-1]

    assert any(before.key)
    assert shop.store.find_customer_keys(["ada"])["ada"].key == DESTROYED
    assert shop.store.find_recipients([OrderId("o-1")]) == {}
    assert [one.recipient for one in found.orders.items] == [None]
    assert found.erase_time == answer.erase_time
    assert (last.kind.name, last.subject, last.text) == ("CUSTOMER_ERASED", "ada", "personal data destroyed")
    assert recipients_of(shop, "bob") == [("o-2", ADA)]


def test_erasing_twice_is_erasing_once(shop: Shop) -> None:
    shop.ask(route_for(order_of("ada", "o-1"), key="k"))
    first: Any = shop.ask(erase("ada", "e"))
    repeated = shop.ask(erase("ada", "e"))
    again: Any = shop.ask(erase("ada", "e-2"))
    kinds = [event.kind.name for event in shop.queries.list_events(0, 99)]

    assert (repeated.answer, repeated.replayed) == (first.answer, True)
    assert (again.answer.erase_time, again.replayed) == (first.answer.erase_time, False)
    assert kinds.count("CUSTOMER_ERASED") == 1


def test_a_customer_without_recipients_is_erased_and_an_unknown_one_refused(shop: Shop) -> None:
    shop.route(order_of("bob", "o-1"))
    answer: Any = shop.answer(erase("bob", "e"))
    with pytest.raises(RouterError) as refused:
        shop.ask(erase("eve", "e-2"))
    with pytest.raises(RouterError) as unknown:
        shop.queries.customers.get_customer("eve", 0, "")

    assert answer.erase_time == shop.queries.customers.get_customer("bob", 0, "").erase_time
    assert [one.value.reason for one in (refused, unknown)] == [Reason.CUSTOMER_NOT_FOUND] * 2


def test_an_erased_customer_who_orders_again_has_a_new_key(shop: Shop) -> None:
    shop.ask(route_for(order_of("ada", "o-1"), key="k"))
    old = shop.store.find_customer_keys(["ada"])["ada"].key
    shop.ask(erase("ada", "e"))
    shop.ask(route_for(order_of("ada", "o-2"), key="k2"))
    new = shop.store.find_customer_keys(["ada"])["ada"].key
    found = shop.queries.customers.get_customer("ada", 0, "")
    again: Any = shop.answer(erase("ada", "e-2"))

    assert new not in (old, DESTROYED)
    assert found.erase_time is None
    assert [one.recipient for one in found.orders.items] == [None, ADA]
    assert again.erase_time > Instant(0)
    assert recipients_of(shop, "ada") == [("o-1", None), ("o-2", None)]


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        (["route", "erase"], [None]),
        (["route", "erase", "route"], [None, ADA]),
        (["route", "erase", "erase", "route", "erase"], [None, None]),
        (["route", "route"], [ADA, ADA]),
    ],
)
def test_one_batch_keeps_what_came_after_the_last_erasure(
    tmp_path: Path, steps: list[str], kept: list[Recipient | None]
) -> None:
    with closing(SqliteStore(tmp_path / "r.sqlite")) as store:
        with a_shop(store, STOCK, route=first_come):
            pass
        shop = Shop(store, route=first_come)
        commands = [
            route_for(order_of("ada", f"o-{n}"), key=f"k-{n}") if step == "route" else erase("ada", f"k-{n}")
            for n, step in enumerate(steps)
        ]
        futures = [shop.engine.submit(command) for command in commands]
        shop.engine.start()
        assert [future.exception(60) for future in futures] == [None] * len(steps)
        shop.engine.stop()

        assert [recipient for _, recipient in recipients_of(shop, "ada")] == kept


def test_what_is_sealed_opens_for_its_order_only() -> None:
    key = CustomerKey(customer_id="ada", key=b"k" * KEY_BYTES, time=Instant(1))
    body = seal(key.key, OrderId("o-1"), ADA)
    other = SealedRecipient(order_id=OrderId("o-2"), customer_id="ada", body=body)

    assert unseal(key, SealedRecipient(order_id=OrderId("o-1"), customer_id="ada", body=body)) == ADA
    assert body != seal(key.key, OrderId("o-1"), ADA)
    with pytest.raises(StoreError, match="the recipient of order `o-2` does not open"):
        unseal(key, other)
    assert unseal(None, other) is None


def replays(store: Store, shop: Shop, order_id: str) -> bool:
    stored = store.find_decision(store.find_orders([OrderId(order_id)])[OrderId(order_id)].decision_number)
    assert stored is not None
    decision = unpack_decision(stored.body)
    return pack_decision(replay(decision, *shop.queries.documents.versions_of(decision))) == stored.body


def bytes_on_disk(path: Path) -> bytes:
    """The file with its log, but not the index of the log, which holds no content."""
    return b"".join(
        one.read_bytes() for one in sorted(path.parent.iterdir()) if not one.name.endswith("-shm")
    )


def test_after_erasing_nothing_on_the_disk_holds_the_person_or_the_key_and_all_proofs_hold(
    tmp_path: Path,
) -> None:
    path = tmp_path / "router.sqlite"
    with closing(SqliteStore(path)) as store, a_shop(store, STOCK) as shop:
        for n in range(60):
            shop.ask(route_for(order_of(f"c-{n % 20}", f"o-{n}"), key=f"k-{n}"))
        keys = {name: one.key for name, one in store.find_customer_keys(["c-7", "c-8"]).items()}
        bodies = store.find_recipients([OrderId("o-7"), OrderId("o-27")])
        held_before = [bytes_on_disk(path).count(keys["c-7"]) > 0]
        decisions = [store.find_decision(one.decision_number) for one in store.read_orders()]
        journal = list(store.read_journal())
        shop.ask(erase("c-7", "e"))
        on_disk = bytes_on_disk(path)

        assert held_before == [True]
        assert [word for word in WORDS if word in on_disk] == []
        assert keys["c-7"] not in on_disk
        assert keys["c-8"] in on_disk
        assert [one.order_id for one in bodies.values() if one.body[:60] in on_disk] == []
        assert shop.faults() == ()
        assert list(store.read_journal())[: len(journal)] == journal
        assert [store.find_decision(one.decision_number) for one in store.read_orders()] == decisions
        assert all(replays(store, shop, f"o-{n}") for n in (7, 27, 47))
        assert [name for name in (f"o-{n}" for n in range(60)) if shop.queries.customers.find_recipient(name)
                == ADA] == [f"o-{n}" for n in range(60) if n % 20 != 7]  # fmt: skip


def test_no_key_and_no_sealed_row_leaves_a_copy_behind_however_the_file_grew(tmp_path: Path) -> None:
    path = tmp_path / "router.sqlite"
    chance = Random(7)
    with closing(SqliteStore(path)) as store, a_shop(store, STOCK, route=first_come) as shop:
        names = [f"c-{chance.randrange(10**12):x}" for _ in range(600)]
        for start in range(0, len(names), 40):
            orders = [order_of(name, f"o-{chance.randrange(10**12):x}") for name in names[start : start + 40]]
            shop.ask(route_for(*orders, key=f"k-{start}"))
        sealed = {one.customer_id: one for one in read_recipients(store)}
        erased = chance.sample(names, 150)
        secrets = [store.find_customer_keys([name])[name].key for name in erased]
        secrets += [sealed[name].body for name in erased]
        for name in erased:
            shop.ask(erase(name, f"e-{name}"))
        on_disk = bytes_on_disk(path)
        rest = [name for name in names if name not in set(erased)]

        # A body may lie on several pages; its first bytes are in one piece.
        assert [secret for secret in secrets if secret[:30] in on_disk] == []
        assert all(one.key in on_disk for one in store.find_customer_keys(rest).values())


def read_recipients(store: SqliteStore) -> list[SealedRecipient]:
    return list(store.find_recipients([order.order_id for order in store.read_orders()]).values())


def test_a_reader_that_stays_only_delays_the_emptying_of_the_log(tmp_path: Path) -> None:
    path = tmp_path / "router.sqlite"
    with closing(SqliteStore(path)) as store, a_shop(store, STOCK, route=first_come) as shop:
        shop.ask(route_for(order_of("ada", "o-1"), key="k"))
        key = store.find_customer_keys(["ada"])["ada"].key
        with store.reader() as reader:
            reader.head()
            shop.ask(erase("ada", "e"))
            held = key in bytes_on_disk(path)
        shop.route(order_of("bob", "o-2"))
        later = key in bytes_on_disk(path)

    assert (held, later) == (True, False)


def test_a_server_killed_behind_an_erasure_leaves_nothing_when_it_is_started_again(tmp_path: Path) -> None:
    path, killed = tmp_path / "router.sqlite", tmp_path / "killed"
    with closing(SqliteStore(path)) as store, a_shop(store, STOCK, route=first_come) as shop:
        shop.ask(route_for(order_of("ada", "o-1"), key="k"))
        key = store.find_customer_keys(["ada"])["ada"].key
        with store.reader() as reader:
            # The log cannot be emptied: what is on the disk now is what a kill would leave.
            reader.head()
            shop.ask(erase("ada", "e"))
            shutil.copytree(tmp_path, killed, ignore=shutil.ignore_patterns("killed", "*.lock", "*-shm"))
    left = key in bytes_on_disk(killed / path.name)
    with closing(SqliteStore(killed / path.name)) as again:
        erased = again.find_customer_keys(["ada"])["ada"].key
        after = key in bytes_on_disk(killed / path.name)

    assert (left, erased, after) == (True, DESTROYED, False)


def test_a_batch_without_personal_data_asks_for_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    store = MemoryStore()
    with a_shop(store, STOCK, route=first_come) as shop:
        monkeypatch.setattr(store, "find_customer_keys", lambda ids: asked.append(ids) or {})
        shop.route(order_of("ada", "o-1"))

    assert asked == []
