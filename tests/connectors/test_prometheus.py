"""The page for Prometheus says what QueryMetrics says, and adds up."""

import json
import socket
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from router.app.engine.ledger_status import LedgerStatus
from router.app.engine.read_only import ReadOnly
from router.app.events.sink_queries import FoundSink
from router.app.records.commit import DiskUse, Head
from router.app.records.sinks import SinkRecord
from router.connectors.prometheus import serving_metrics
from router.connectors.server_gauges import ServerGauges, Standing
from router.domain.identifiers import Instant
from tests.scenarios.play import Play
from tests.scenarios.worlds import CoreWorld, in_the_core
from tests.service.test_process import start_process


def test_the_page_has_sums_and_counts_by_their_labels(tmp_path: Path) -> None:
    with in_the_core(tmp_path) as world:
        assert isinstance(world, CoreWorld)
        play = Play(world)
        play.open_company()
        play.give({"on account": "every order", "stock": {"LYON": {"RED-CLOCK": 2}}})
        play.act({"order": "A-1", "lines": {"RED-CLOCK": 3}})
        play.act({"dispatch": "A-1/1"})
        play.act({"wait": "10 minutes"})
        play.act({"carrier reports": "A-1/1", "status": "RETURNING"})
        book, now = world.core.application.queries.metrics, world.clock.now

        with (
            serving_metrics("127.0.0.1:0", book, now, a_standing()) as address,
            urlopen(f"http://{address}/metrics") as page,
        ):
            text = page.read().decode()

    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["router_fill_rate_sum", "web"] == 2
    assert samples["router_fill_rate_count", "web"] == 3
    assert samples["router_backorder_age_seconds", "web"] == pytest.approx(600, abs=1)
    assert samples["router_return_rate_count", "", "LYON", "POSTE", "web"] == 2
    assert samples["router_return_rate_sum", "LYON", "POSTE", "UNDELIVERABLE", "web"] == 2
    assert samples["router_return_rate_count", "LYON", "POSTE", "UNDELIVERABLE", "web"] == 0
    assert samples["router_cost_per_order_minor_sum", "web"] > 0
    assert samples["router_sink_behind_events", "bus"] == 3
    assert "# HELP router_on_time_in_full On time in full: orders that arrived whole" in text


def a_standing(**status: Any) -> Standing:
    """Entry 7 and event 12 are the last; `bus` was told 9 events, and 2 it did not take."""
    told: dict[str, Any] = {
        "head": Head(position=7, event_position=12),
        "read_only": None,
        "disk_use": DiskUse(),
        "clock_ahead": None,
        **status,
    }
    sinks = (FoundSink(record=SinkRecord(name="bus", cursor=9), held_count=0, dead_count=2),)
    return Standing(status=lambda: LedgerStatus(**told), waiting_count=lambda: 3, sinks=lambda: (sinks, 12))


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ({}, {"router_writable": 1, "router_clock_believed": 1}),
        (
            {"read_only": ReadOnly(since=Instant(1), because="full")},
            {"router_writable": 0, "router_clock_believed": 1},
        ),
        ({"clock_ahead": 4_000_000}, {"router_writable": 1, "router_clock_believed": 0}),
        (
            {"disk_use": DiskUse(database_bytes=5, log_bytes=2, free_bytes=90)},
            {"router_database_bytes": 7, "router_disk_free_bytes": 90},
        ),
    ],
)
def test_the_page_says_how_the_server_stands(status: dict[str, Any], says: dict[str, float]) -> None:
    found = {
        sample.name: sample.value
        for family in ServerGauges(a_standing(**status)).collect()
        for sample in family.samples
    }

    assert found.items() >= says.items()
    assert found["router_commands_waiting"] == 3
    assert (found["router_ledger_position"], found["router_event_position"]) == (7, 12)
    assert (found["router_sink_behind_events"], found["router_sink_dead_events"]) == (3, 2)


def test_a_server_says_where_its_page_is(tmp_path: Path) -> None:
    process = start_process(tmp_path / "router.sqlite", "--metrics-address", "127.0.0.1:0")
    try:
        facts = json.loads(process.stdout.readline())
        with urlopen(f"http://{facts['metrics_address']}/metrics") as page:
            text = page.read().decode().splitlines()
        assert {"# TYPE router_split_rate summary", "router_writable 1.0"} <= set(text)
        assert "router_commands_waiting 0.0" in text
    finally:
        process.terminate()
        process.communicate()
    assert process.returncode == 0


def test_an_address_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        process = start_process(tmp_path / "router.sqlite", "--metrics-address", address)
        _, errors = process.communicate(timeout=120)

    assert process.returncode == 4
    assert f"cannot listen on `{address}` for metrics" in errors
