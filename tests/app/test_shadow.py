"""A shadow decides what was decided, in a process of its own; whatever becomes of it, live answers stay the same."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from router.app.books.documents import rules_document
from router.app.commands.rules import ActivateRules, StageRules, StartShadow
from router.app.ports.store import Store
from router.app.queries import Queries
from router.app.reading.samples import read_sample
from router.app.records.rule_versions import VersionState
from router.app.rules.shadow import Following, ShadowFollower
from router.app.rules.shadow_report import ShadowReport, shadow_report
from router.domain.identifiers import Digest
from router.planning.effects.changes import Pair
from router.planning.effects.comparison import Comparison, compare
from router.routing.plan.plans import plan_of
from router.routing.replay import Recorded, unpack_decision
from router.routing.substitutes import solve_round
from router.routing.world import OrderToRoute, World
from router.rules.ruleset import compile_rules
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.rule_builders import ready, rules_without

WAIT_SECONDS = 120.0
STOCK = {"lyon": {"RED-CLOCK": 50, "TIN-LAMP": 5}, "nice": {"RED-CLOCK": 50, "OAK-CHAIR": 9}}
NOT_LYON = rules_without("lyon")


@contextmanager
def following(store: Store, **settings: Any) -> Iterator[tuple[Shop, ShadowFollower]]:
    """A shop whose commits wake a follower."""
    follower = ShadowFollower(store, **settings)
    with a_shop(store, rules="", on_commit=follower.on_commit) as shop:
        follower.start()
        try:
            yield shop, follower
        finally:
            follower.stop()


def report_of(shop: Shop, follower: ShadowFollower) -> ShadowReport:
    queries = shop.queries
    return shadow_report(queries.versions, queries.samples, queries.documents, follower)


def stage_and_shadow(shop: Shop, text: str = NOT_LYON) -> Digest:
    staged = StageRules(request_id=shop.key(), body_digest=digest(text), files={"f.yaml": text.encode()})
    version: Any = shop.answer(ready(shop, staged))
    started = StartShadow(request_id=shop.key(), body_digest=digest(1), digest=version.rules_digest)
    shop.answer(ready(shop, started))
    return version.rules_digest


def route(shop: Shop, *ids: str) -> list[list[str]]:
    """The nodes of each order, which is for one clock."""
    return [
        [shipment.node_id for shipment in shop.route(order_for("RED-CLOCK", 1, id)).results[0].plan.shipments]
        for id in ids
    ]


def wait_for(follower: ShadowFollower, is_there: Callable[[Following], bool]) -> Following:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        now = follower.following()
        if now is not None and is_there(now):
            return now
        time.sleep(0.01)
    raise AssertionError(f"not reached: {follower.following()}")


def orders_compared(count: int) -> Callable[[Following], bool]:
    return lambda now: now.comparison.orders == count


def offline(store: Store, text: str) -> Comparison:
    """All that was decided since the shadow began, every order solved again."""
    rules = compile_rules({"f.yaml": text.encode()}).rules
    assert rules is not None
    queries = Queries(store)
    version = queries.versions.find_version_in(VersionState.SHADOW)
    assert version is not None
    with store.reader() as reader:
        sample = read_sample(reader, version.last.number, reader.head().event_position, set())
    pairs = []
    for booked in sample.decisions:
        decision = unpack_decision(booked.decision.body)
        inputs = decision.inputs
        network, _ = queries.documents.versions_of(decision)
        world = World(network=network, products={one.sku: one for one in inputs.products}, rules=rules)
        request = OrderToRoute(order=inputs.order, decision_time=inputs.decision_time)
        (solved,) = solve_round([request], world, [Recorded(inputs)], inputs.effort)
        pairs.append(
            Pair(
                decision_id=f"d-{booked.decision.number:012d}",
                order=inputs.order,
                at=inputs.decision_time,
                before=decision.plan,
                after=plan_of(solved),
                why=("flood/no-lyon",),
                place=network.network.find_point(inputs.order.destination),
            )
        )
    return compare(pairs)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "router.sqlite")
    yield opened
    opened.close()


def test_the_shadow_finds_what_deciding_everything_again_finds(store: Store) -> None:
    with following(store) as (shop, follower):
        shop.count(STOCK, sequence=1)
        route(shop, "before")
        stage_and_shadow(shop)
        live = route(shop, "1", "2", "3")
        shop.route(order_for("TIN-LAMP", 9, "4"), order_for("OAK-CHAIR", 2, "5"))
        found = wait_for(follower, orders_compared(5))
        report = report_of(shop, follower)
        assert shop.figures("RED-CLOCK", "nice") == (50, 0, 50)
        assert shop.faults() == ()

    assert live == [["lyon"], ["lyon"], ["lyon"]]
    assert found.comparison == offline(store, NOT_LYON)
    assert found.comparison.changed == 4
    assert dict(found.comparison.after.node_shipments) == {"nice": 4}
    assert (report.orders_behind, found.restarts, found.failure) == (0, 0, "")


def test_a_process_killed_between_two_batches_is_replaced_and_nothing_is_lost() -> None:
    with following(MemoryStore()) as (shop, follower):
        shop.count(STOCK, sequence=1)
        stage_and_shadow(shop)
        route(shop, "1")
        wait_for(follower, orders_compared(1))
        killed = follower.process_id or 0
        os.kill(killed, signal.SIGKILL)
        # Once it is gone for certain, the next message meets a broken pipe.
        os.waitid(os.P_PID, killed, os.WEXITED | os.WNOWAIT)
        live = route(shop, "2", "3")
        found = wait_for(follower, orders_compared(3))

    assert live == [["lyon"], ["lyon"]]
    assert found.comparison.changed == 3
    assert (found.restarts, found.failure) == (1, "its process ended")


DIES_ONCE_WHEN_ASKED = """
import sys
from pathlib import Path
from router.app.rules.shadow_process import Shadow, main
from router.app.rules.shadow_wire import receive_from_server, send

if Path(sys.argv[1]).exists():
    main()
else:
    Path(sys.argv[1]).touch()
    send(sys.stdout.buffer, Shadow().answer(receive_from_server(sys.stdin.buffer)))
    receive_from_server(sys.stdin.buffer)
"""


def test_a_process_that_dies_over_its_work_is_replaced_and_nothing_is_lost(tmp_path: Path) -> None:
    process = (sys.executable, "-c", DIES_ONCE_WHEN_ASKED, str(tmp_path / "died"))
    with following(MemoryStore(), process=process) as (shop, follower):
        shop.count(STOCK, sequence=1)
        stage_and_shadow(shop)
        live = route(shop, "1", "2", "3")
        found = wait_for(follower, orders_compared(3))

    assert live == [["lyon"], ["lyon"], ["lyon"]]
    assert found.comparison.changed == 3
    assert (found.restarts, found.failure) == (1, "its process ended")


def test_a_process_that_stands_still_holds_nobody_up_nor_the_end_of_the_server() -> None:
    with following(MemoryStore()) as (shop, follower):
        shop.count(STOCK, sequence=1)
        stage_and_shadow(shop)
        route(shop, "1")
        wait_for(follower, orders_compared(1))
        os.kill(follower.process_id or 0, signal.SIGSTOP)
        live = route(shop, "2", "3")
        report = report_of(shop, follower)

    assert live == [["lyon"], ["lyon"]]
    assert (report.following.comparison.orders, report.orders_behind) == (1, 2)
    assert follower.process_id is None


def test_a_process_that_is_silent_for_too_long_is_ended() -> None:
    with following(MemoryStore(), process=("/bin/sleep", "60"), answer_seconds_max=0.2) as (shop, follower):
        shop.count(STOCK, sequence=1)
        stage_and_shadow(shop)
        live = route(shop, "1")
        found = wait_for(follower, lambda now: now.state == "FAILED")

    assert live == [["lyon"]]
    assert found.restarts == 3


def test_a_process_that_cannot_be_started_fails_the_shadow_only() -> None:
    with following(MemoryStore(), process=("/bin/false",)) as (shop, follower):
        shop.count(STOCK, sequence=1)
        stage_and_shadow(shop)
        live = route(shop, "1")
        found = wait_for(follower, lambda now: now.state == "FAILED")

    assert live == [["lyon"]]
    assert found.restarts == 3
    assert found.failure.startswith("its process ended 3 times at the decisions after d-")


def test_a_version_that_does_not_load_fails_the_shadow_only() -> None:
    store = MemoryStore()
    follower = ShadowFollower(store)
    with a_shop(store, rules="", on_commit=follower.on_commit) as shop:
        shop.count(STOCK, sequence=1)
        version = stage_and_shadow(shop)
        # As another version of the router would have kept it: with files that this one refuses.
        store._documents[version] = rules_document({"f.yaml": b"kind: Older"}, version, shop.clock.now())
        follower.start()
        before = route(shop, "1")
        found = wait_for(follower, lambda now: now.state == "FAILED")
        after = route(shop, "2")
        follower.stop()

    assert (before, after) == ([["lyon"]], [["lyon"]])
    assert found.failure.startswith("ValueError: the rules do not compile: f.yaml:1:")


def test_a_shadow_goes_on_after_a_restart_from_where_it_began(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "router.sqlite")
    with following(store) as (shop, follower):
        shop.count(STOCK, sequence=1)
        stage_and_shadow(shop)
        route(shop, "1", "2")
        before = wait_for(follower, orders_compared(2))
    store.close()
    again = SqliteStore(tmp_path / "router.sqlite")
    follower = ShadowFollower(again)
    follower.start()
    after = wait_for(follower, orders_compared(2))
    follower.stop()
    again.close()

    assert replace(after, restarts=0) == before


def test_rules_that_change_under_a_shadow_are_each_compared_with() -> None:
    with following(MemoryStore()) as (shop, follower):
        shop.count(STOCK, sequence=1)
        stage_and_shadow(shop)
        route(shop, "1")
        files = {"f.yaml": rules_without("nice").encode()}
        shop.answer(ready(shop, ActivateRules(request_id=shop.key(), body_digest=digest(files), files=files)))
        route(shop, "2")
        found = wait_for(follower, orders_compared(2))

    assert dict(found.comparison.why) == {"flood/no-lyon": 2, "flood/no-nice": 1}
