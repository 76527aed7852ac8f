"""What every store must do with its journal: entries, balances, outcomes, events, decisions, documents."""

from collections.abc import Callable
from dataclasses import replace

from router.app.ports.store import Store
from router.app.records.commit import Head
from router.app.records.documents import Document, DocumentKind, StoredProduct
from router.app.records.rule_versions import VersionAction
from router.app.records.sinks import HeldState, SinkRecord
from router.domain.identifiers import (
    Digest,
    Instant,
    NodeId,
    OrderId,
)
from router.ledger.accounts import Account, Balance, Bucket, on_hand, outside
from router.ledger.entries import Entry
from router.ledger.flows import EntryCode
from tests.stores.contract_builders import (
    ACTIVE,
    ALL,
    CHECKED,
    CLOCK,
    DRAFT,
    LAMP,
    LILLE,
    LYON,
    RETIRED,
    SHADOW,
    Writer,
    a_decision,
    a_feed,
    a_held_event,
    a_reservation,
    a_version,
    an_event,
    an_order,
    an_outcome,
    kept,
    received,
    reserved,
    stepped,
)


class JournalContract:
    """Of `StoreContract`."""

    def test_a_new_store_holds_nothing(self, store: Store) -> None:
        assert store.head() == Head()
        assert tuple(store.read_journal()) == ()
        assert store.list_orders(None, 10, ALL) == ()
        assert store.find_outcomes(["key"]) == {}

    def test_a_commit_is_read_back_as_it_was_written(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        entries = (received(1, CLOCK, 5), reserved(2, 2))
        document = Document(digest=Digest("abc"), kind=DocumentKind.RULES, time=Instant(1), body=b"rules")
        commit = writer.commit(
            *entries,
            reservations=(a_reservation(2, 2),),
            orders=(an_order(1),),
            decisions=(a_decision(1),),
            events=(an_event(1, "order-1"),),
            outcomes=(an_outcome("key-1", 2),),
            products=(StoredProduct(sku=CLOCK, body=b"clock"),),
            documents=(document,),
            capacity={(LYON, 739_000): 1},
            feeds={"wms": a_feed(7)},
            rules_digest="abc",
        )
        store = again()

        assert store.head() == commit.head
        assert tuple(store.read_journal()) == ((commit.batch, entries),)
        assert dict(store.read_balances()) == commit.balances
        assert store.list_reservations(OrderId("order-1")) == (a_reservation(2, 2),)
        assert store.find_orders([OrderId("order-1"), OrderId("order-2")]) == {"order-1": an_order(1)}
        assert store.find_decision(1) == a_decision(1)
        assert store.find_decision(2) is None
        assert store.list_events(0, 10, None) == (an_event(1, "order-1"),)
        assert store.find_outcomes(["key-1", "key-2"]) == {"key-1": an_outcome("key-1", 2)}
        assert store.find_product(CLOCK) == StoredProduct(sku=CLOCK, body=b"clock")
        assert store.find_document("abc") == document
        assert store.list_capacity() == {(LYON, 739_000): 1}
        assert store.list_feeds() == {"wms": a_feed(7)}

    def test_what_entries_moved_since_a_position_is_summed(self, writer: Writer, store: Store) -> None:
        writer.commit(received(1, CLOCK, 5), received(2, LAMP, 7), received(3, CLOCK, 1, LILLE))
        writer.commit(received(4, CLOCK, 2), received(5, CLOCK, 3), reserved(6, 4))
        clocks = (on_hand(LILLE, CLOCK), on_hand(LYON, CLOCK))

        def sums(after: int, node_id: NodeId | None = None) -> set[tuple[Account, bool, str, int, int]]:
            found = store.sum_entries(after, *clocks, node_id)
            return {(one.account, one.is_debit, one.code.name, one.quantity, one.count) for one in found}

        since = {(clocks[1], True, "RECEIVE", 5, 2), (clocks[1], False, "RESERVE", 4, 1)}
        assert sums(3) == since
        assert sums(2) == {*since, (clocks[0], True, "RECEIVE", 1, 1)}
        assert sums(2, LYON) == since
        assert sums(6) == set()

    def test_an_entry_is_found_by_what_it_reverses_and_reversed_once(
        self, writer: Writer, store: Store
    ) -> None:
        supplier = outside(Bucket.SUPPLIER, CLOCK)
        back = Entry(
            position=2,
            time=Instant(2),
            code=EntryCode.CORRECT,
            debit=supplier,
            credit=on_hand(LYON, CLOCK),
            quantity=5,
            pending_position=1,
            reference="ada: typed twice",
        )
        writer.commit(received(1, CLOCK, 5))
        writer.commit(back)

        assert store.find_correction(1) == 2
        assert store.find_correction(2) is None

    def test_sinks_and_what_they_have_not_taken_are_kept(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        erp, log = SinkRecord(name="erp", cursor=0), SinkRecord(name="log", cursor=3)
        writer.commit(events=tuple(map(an_event, range(1, 5))), sinks=(log, erp))
        writer.commit(sinks=(erp,), held_events=(a_held_event(1), a_held_event(2), a_held_event(4)))
        later = replace(
            erp,
            cursor=4,
            epoch=2,
            holder="server",
            lease_end=Instant(77),
            is_disabled=True,
            trouble="410 Gone",
        )
        dead = a_held_event(2, HeldState.DEAD)
        writer.commit(sinks=(later,), held_events=(dead, a_held_event(4, HeldState.DELIVERED)))
        store = again()

        assert store.list_sinks() == (later, log)
        assert store.list_held_events("erp", 0, 10, None) == (
            a_held_event(1),
            dead,
            a_held_event(4, HeldState.DELIVERED),
        )
        assert store.list_held_events("erp", 1, 1, None) == (dead,)
        assert store.list_held_events("erp", 0, 10, HeldState.DEAD) == (dead,)
        assert store.list_held_events("log", 0, 10, None) == ()
        assert store.count_held_events("erp") == (1, 1)
        assert store.count_held_events("log") == (0, 0)

    def test_the_latest_value_counts(self, writer: Writer, again: Callable[[], Store]) -> None:
        writer.commit(
            received(1, CLOCK, 5),
            reserved(2, 2),
            reservations=(a_reservation(2, 2),),
            orders=(an_order(1),),
            decisions=(a_decision(1),),
            products=(StoredProduct(sku=CLOCK, body=b"old"),),
            capacity={(LYON, 1): 1},
            feeds={"wms": a_feed(1)},
        )
        writer.commit(
            received(3, CLOCK, 1),
            reservations=(a_reservation(2, 2, voided=2),),
            orders=(an_order(1, canceled=2),),
            products=(StoredProduct(sku=CLOCK, body=b"new"),),
            capacity={(LYON, 1): 0},
            feeds={"wms": a_feed(2)},
        )
        store = again()

        assert tuple(store.read_orders()) == (an_order(1, canceled=2),)
        assert tuple(store.read_reservations()) == (a_reservation(2, 2, voided=2),)
        assert store.find_product(CLOCK) == StoredProduct(sku=CLOCK, body=b"new")
        assert (store.list_capacity(), store.list_feeds()) == ({(LYON, 1): 0}, {"wms": a_feed(2)})
        assert dict(store.read_balances()) == writer.balances
        assert [batch.number for batch, _ in store.read_journal()] == [1, 2]

    def test_entries_come_in_pages_and_by_cause(self, writer: Writer, store: Store) -> None:
        writer.commit(received(1, CLOCK, 5), reserved(2, 2), received(3, LAMP, 1), reserved(4, 1, "order-9"))

        assert [entry.position for entry in store.list_entries(None, 3, "")] == [1, 2, 3]
        assert [entry.position for entry in store.list_entries(3, 3, "")] == [4]
        assert [entry.position for entry in store.list_entries(None, 3, "order-9")] == [4]
        assert store.list_entries(4, 3, "order-9") == ()

    def test_balances_come_by_sku_node_and_bucket(self, writer: Writer, store: Store) -> None:
        writer.commit(received(1, LAMP, 5), received(2, CLOCK, 3, LILLE), received(3, CLOCK, 2))
        names = [str(account) for account, _ in store.list_balances(None, 10, None, None)]

        assert names == [
            "/RED-CLOCK/supplier",
            "lille/RED-CLOCK/on_hand",
            "lyon/RED-CLOCK/on_hand",
            "/TIN-LAMP/supplier",
            "lyon/TIN-LAMP/on_hand",
        ]
        third = store.list_balances(on_hand(LILLE, CLOCK), 1, None, None)
        assert third == ((on_hand(LYON, CLOCK), Balance(debits_posted=2, version=1)),)
        assert [str(account) for account, _ in store.list_balances(None, 10, LYON, LAMP)] == names[4:]

    def test_events_are_followed_from_a_position(self, writer: Writer, store: Store) -> None:
        writer.commit(events=(an_event(1), an_event(2, "order-1"), an_event(3, "order-2")))
        writer.commit(events=(an_event(4, "order-1"),))

        assert [event.position for event in store.list_events(1, 2, None)] == [2, 3]
        assert [event.position for event in store.list_events(0, 9, OrderId("order-1"))] == [2, 4]
        assert store.list_events(4, 9, None) == ()

    def test_old_outcomes_are_forgotten(self, writer: Writer, store: Store) -> None:
        writer.commit(outcomes=(an_outcome("old", 1), an_outcome("new", 2)))
        writer.commit(forget_outcomes_before=Instant(2))

        assert set(store.find_outcomes(["old", "new"])) == {"new"}

    def test_a_document_is_written_once(self, writer: Writer, store: Store) -> None:
        first = Document(digest=Digest("abc"), kind=DocumentKind.RULES, time=Instant(1), body=b"rules")
        again = Document(digest=Digest("abc"), kind=DocumentKind.RULES, time=Instant(2), body=b"rules")
        writer.commit(documents=(first,))
        writer.commit(documents=(again,))

        assert store.find_document("abc") == first

    def test_decisions_come_with_their_time_and_are_counted(self, writer: Writer, store: Store) -> None:
        events = tuple(an_event(n, "" if n == 2 else f"order-{n}") for n in range(1, 5))
        writer.commit(events=events, decisions=tuple(map(a_decision, (1, 3, 4))))

        listed = store.list_decisions(1, 9)
        assert [(one.decision, one.time) for one in listed] == [(a_decision(3), 3), (a_decision(4), 4)]
        assert [one.decision.number for one in store.list_decisions(0, 1)] == [1]
        assert [store.count_decisions(after) for after in (0, 1, 4)] == [3, 2, 0]
        assert [store.find_start_of_last(count) for count in (1, 2, 3, 9)] == [3, 1, 0, 0]

    def test_versions_are_read_back_with_their_changes(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        first, second = a_version("aa1", 1, CHECKED), a_version("bb2", 2, CHECKED)
        writer.commit(**kept(first, second))
        shadow = stepped(second, 3, VersionAction.START_SHADOW, SHADOW)
        active = stepped(first, 4, VersionAction.ACTIVATE, ACTIVE, before="cc3")
        writer.commit(**kept(active, shadow))
        store = again()

        assert store.find_version("aa1") == active
        assert store.find_version("aa") is None
        assert store.find_version_in(SHADOW) == shadow
        assert store.find_version_in(DRAFT) is None
        assert store.list_versions_like("bb", 2) == (shadow,)
        assert store.list_versions_like("", 1) == (active,)
        assert store.list_versions(None, 9) == (shadow, active)
        assert (store.list_versions(2, 9), store.list_versions(None, 1)) == ((active,), (shadow,))
        assert [one.number for one in store.list_version_changes(None, 9, "")] == [4, 3, 2, 1]
        assert store.list_version_changes(None, 9, "aa1") == (active.last, first.last)
        assert [one.number for one in store.list_version_changes(4, 1, "")] == [3]

    def test_versions_may_change_places_in_one_commit(self, writer: Writer, store: Store) -> None:
        one, two, three = (a_version(name, n, CHECKED) for n, name in enumerate(("a", "b", "c"), start=1))
        writer.commit(**kept(one, two, three))
        one = stepped(one, 4, VersionAction.ACTIVATE, ACTIVE)
        two = stepped(two, 5, VersionAction.START_SHADOW, SHADOW)
        writer.commit(**kept(one, two))
        three = stepped(three, 8, VersionAction.START_SHADOW, SHADOW)
        two = stepped(two, 7, VersionAction.ACTIVATE, ACTIVE)
        writer.commit(**kept(three, two, stepped(one, 6, VersionAction.RETIRE, RETIRED)))

        assert [version.state for version in store.list_versions(None, 9)] == [SHADOW, ACTIVE, RETIRED]

    def test_a_try_of_the_disk_changes_nothing(self, writer: Writer, again: Callable[[], Store]) -> None:
        commit = writer.commit(received(1, CLOCK, 5))
        writer.store.probe()
        use = writer.store.disk_use()

        assert min(use.database_bytes, use.log_bytes, use.free_bytes) >= 0
        assert again().head() == commit.head

    def test_entries_are_found_from_a_time_on(self, writer: Writer, store: Store) -> None:
        for position in (1, 2, 3):
            writer.commit(received(position, CLOCK, 1))
        times = [batch.time for batch, _ in store.read_journal()]

        assert [one.position for one in store.read_entries_since(0)] == [1, 2, 3]
        assert [one.position for one in store.read_entries_since(times[0])] == [2, 3]
        assert list(store.read_entries_since(times[2])) == []

    def test_readers_see_what_was_committed(self, writer: Writer, store: Store) -> None:
        writer.commit(received(1, CLOCK, 5))
        with store.reader() as reader:
            assert reader.head().position == 1
            assert len(reader.list_entries(None, 9, "")) == 1
