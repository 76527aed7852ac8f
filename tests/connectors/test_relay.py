"""The relay in a server: from the books to an endpoint that fails, and through restarts."""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from router.app.commands.events import ReplayEvents
from router.app.queries import Queries
from router.app.records.sinks import HeldState
from router.connectors import courier, courier_round
from router.connectors.engine_post import EnginePost
from router.connectors.relay import Relay
from router.connectors.sink_options import FileOptions
from router.connectors.sinks_file import SinkPlan, SinksRefused
from router.connectors.webhook import WebhookOptions
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.first_come import first_come
from tests.connectors.endpoint import Endpoint, an_endpoint

WAIT_SECONDS = 60


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Couriers that report and look around often."""
    monkeypatch.setattr(courier_round, "REPORT_SECONDS", 0.05)
    for module in (courier, courier_round):
        monkeypatch.setattr(module, "LOOK_AGAIN_SECONDS", 0.05)


def a_plan(url: str, **changes: Any) -> SinkPlan:
    facts: dict[str, Any] = {
        "name": "erp",
        "options": WebhookOptions(url=url, timeout_seconds=20),
        "kinds": frozenset(),
        "from_beginning": True,
        "attempts_max": 3,
        "concurrency": 8,
    }
    return SinkPlan(**{**facts, **changes})


class Telling:
    """A shop whose relays hear of its commits."""

    def __init__(self) -> None:
        self.relays: list[Relay] = []
        self.store = MemoryStore()

    def on_commit(self, commit: Any) -> None:
        for relay in self.relays:
            relay.on_commit(commit)

    @contextmanager
    def relay(self, shop: Shop, *plans: SinkPlan, holder: str = "server") -> Iterator[Relay]:
        relay = Relay(plans, EnginePost(Queries(self.store), shop.engine), holder, chance=random.Random(1))
        self.relays.append(relay)
        relay.start()
        try:
            yield relay
        finally:
            self.relays.remove(relay)
            relay.stop()


@pytest.fixture
def telling() -> Telling:
    return Telling()


@pytest.fixture
def shop(telling: Telling) -> Iterator[Shop]:
    stock = {"lyon": {"RED-CLOCK": 100}}
    with a_shop(telling.store, stock, route=first_come, on_commit=telling.on_commit) as one:
        yield one


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with an_endpoint() as one:
        yield one


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)


def positions(endpoint: Endpoint) -> list[int]:
    return [json.loads(body)["data"]["position"] for _, body in endpoint.received]


def has_come_to_the_end(shop: Shop) -> bool:
    record = shop.queries.sinks.find_sink("erp")
    return record is not None and record.cursor == shop.queries.head().event_position


def test_what_is_booked_is_told_and_how_far_it_came_is_booked(
    shop: Shop, telling: Telling, endpoint: Endpoint
) -> None:
    with telling.relay(shop, a_plan(endpoint.url)):
        for number in range(5):
            shop.route(order_for("RED-CLOCK", 1, f"A-{number}"))
        until(lambda: has_come_to_the_end(shop))

    assert sorted(positions(endpoint)) == list(range(1, shop.queries.head().event_position + 1))
    record = shop.queries.sinks.find_sink("erp")
    assert record is not None
    assert (record.holder, record.trouble) == ("", "")


def test_a_new_sink_begins_now_unless_it_is_to_begin_at_the_beginning(
    shop: Shop, telling: Telling, endpoint: Endpoint
) -> None:
    shop.route(order_for("RED-CLOCK", 1, "A-1"))
    before = shop.queries.head().event_position
    with telling.relay(shop, a_plan(endpoint.url, from_beginning=False)):
        until(lambda: shop.queries.sinks.find_sink("erp") is not None)
        shop.route(order_for("RED-CLOCK", 1, "A-2"))
        until(lambda: len(endpoint.received) > 0)

    assert positions(endpoint) == [before + 1]


def test_a_restarted_relay_goes_on_where_the_last_one_ended(
    shop: Shop, telling: Telling, endpoint: Endpoint
) -> None:
    for _ in range(3):
        with telling.relay(shop, a_plan(endpoint.url)):
            shop.adjust("lyon", "RED-CLOCK", 1)
            until(lambda: has_come_to_the_end(shop))

    assert sorted(positions(endpoint)) == list(range(1, shop.queries.head().event_position + 1))


def test_an_outage_loses_nothing_and_kills_nothing(shop: Shop, telling: Telling, endpoint: Endpoint) -> None:
    endpoint.answer = lambda number, body: (503, {}, "") if number <= 6 else (204, {}, "")
    for number in range(12):
        shop.route(order_for("RED-CLOCK", 1, f"A-{number}"))
    with telling.relay(shop, a_plan(endpoint.url, attempts_max=24)):
        until(lambda: has_come_to_the_end(shop))

    assert set(positions(endpoint)) == set(range(1, shop.queries.head().event_position + 1))
    assert shop.queries.sinks.list_undelivered("erp") == []


def refuse_order(order_id: str) -> Callable[[int, bytes], Any]:
    return lambda number, body: (
        (400, {}, "bad order") if json.loads(body).get("subject") == order_id else (204, {}, "")
    )


def dead(shop: Shop) -> list[tuple[int, str, str]]:
    return [
        (held.position, held.order_id, held.error)
        for held in shop.queries.sinks.list_undelivered("erp")
        if held.state is HeldState.DEAD
    ]


def test_an_order_that_is_refused_again_and_again_is_a_dead_letter_until_it_is_replayed(
    shop: Shop, telling: Telling, endpoint: Endpoint
) -> None:
    endpoint.answer = refuse_order("A-1")
    with telling.relay(shop, a_plan(endpoint.url, attempts_max=2)):
        for number in range(3):
            shop.route(order_for("RED-CLOCK", 1, f"A-{number}"))
        until(lambda: len(dead(shop)) == 1)
        shop.dispatch("A-1/1")
        until(lambda: len(dead(shop)) == 2 and has_come_to_the_end(shop))
        given_up = dead(shop)
        endpoint.answer = lambda number, body: (204, {}, "")
        endpoint.received.clear()
        again = ReplayEvents(request_id="again", body_digest=digest(1), sink="erp", with_dead_letters=True)
        assert shop.ask(again).answer.revived_count == 2  # type: ignore[union-attr]
        until(lambda: not shop.queries.sinks.list_undelivered("erp"))

    assert [(order_id, error) for _, order_id, error in given_up] == [
        ("A-1", "400 Bad Request: bad order"),
        ("A-1", "waits behind a dead letter of its order"),
    ]
    assert positions(endpoint) == [position for position, _, _ in given_up]


def test_a_receiver_that_is_gone_is_left_alone_until_somebody_says_so(
    shop: Shop, telling: Telling, endpoint: Endpoint
) -> None:
    endpoint.answer = lambda number, body: (410, {}, "")
    with telling.relay(shop, a_plan(endpoint.url, concurrency=1)):
        until(lambda: (found := shop.queries.sinks.find_sink("erp")) is not None and found.is_disabled)
        shop.route(order_for("RED-CLOCK", 1))
        count = len(endpoint.received)
        endpoint.answer = lambda number, body: (204, {}, "")
        shop.ask(ReplayEvents(request_id="go on", body_digest=digest(1), sink="erp"))
        until(lambda: has_come_to_the_end(shop))

    assert count == 1
    assert set(positions(endpoint)) == set(range(1, shop.queries.head().event_position + 1))


def test_a_replay_from_a_position_tells_everything_behind_it_again_with_the_same_ids(
    shop: Shop, telling: Telling, endpoint: Endpoint
) -> None:
    with telling.relay(shop, a_plan(endpoint.url)):
        for number in range(4):
            shop.route(order_for("RED-CLOCK", 1, f"A-{number}"))
        until(lambda: has_come_to_the_end(shop))
        first = {json.loads(body)["id"] for _, body in endpoint.received}
        endpoint.received.clear()
        shop.ask(ReplayEvents(request_id="back", body_digest=digest(1), sink="erp", after_position=0))
        until(lambda: len(endpoint.received) >= len(first))
        until(lambda: has_come_to_the_end(shop))

    assert {json.loads(body)["id"] for _, body in endpoint.received} == first


def test_two_relays_never_serve_a_sink_at_once(shop: Shop, telling: Telling, endpoint: Endpoint) -> None:
    with telling.relay(shop, a_plan(endpoint.url), holder="one"):
        until(lambda: shop.queries.sinks.find_sink("erp") is not None)
        with telling.relay(shop, a_plan(endpoint.url), holder="two"):
            for number in range(20):
                shop.route(order_for("RED-CLOCK", 1, f"A-{number}"))
            until(lambda: has_come_to_the_end(shop))

    assert sorted(positions(endpoint)) == list(range(1, shop.queries.head().event_position + 1))


def test_a_file_gets_every_event_in_its_order(shop: Shop, telling: Telling, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    plan = a_plan("", options=FileOptions(path=path), attempts_max=0, concurrency=1)
    with telling.relay(shop, plan):
        for number in range(30):
            shop.route(order_for("RED-CLOCK", 1, f"A-{number % 3}-{number}"))
        until(lambda: has_come_to_the_end(shop))
    told = [json.loads(line)["data"]["position"] for line in path.read_text().splitlines()]

    assert told == list(range(1, shop.queries.head().event_position + 1))


def test_a_sink_that_cannot_be_opened_is_refused_at_the_start(
    shop: Shop, telling: Telling, tmp_path: Path
) -> None:
    options = WebhookOptions(url="https://erp.example", tls_ca=tmp_path / "none.pem")
    relay = Relay([a_plan("", options=options)], EnginePost(shop.queries, shop.engine), "server")

    with pytest.raises(SinksRefused, match="sink `erp` cannot be opened"):
        relay.start()
