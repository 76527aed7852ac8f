"""The page for Prometheus says what QueryMetrics says, and adds up."""

import json
import socket
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from router.connectors.prometheus import serving_metrics
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
            serving_metrics("127.0.0.1:0", book, now) as address,
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
    assert "# HELP router_on_time_in_full On time in full: orders that arrived whole" in text


def test_a_server_says_where_its_page_is(tmp_path: Path) -> None:
    process = start_process(tmp_path / "router.sqlite", "--metrics-address", "127.0.0.1:0")
    try:
        facts = json.loads(process.stdout.readline())
        with urlopen(f"http://{facts['metrics_address']}/metrics") as page:
            assert b"# TYPE router_split_rate summary" in page.read()
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
