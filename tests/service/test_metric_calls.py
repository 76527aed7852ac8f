"""Metrics over gRPC: by what they are cut, what is refused, what is listed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from router.api.v1 import metrics_pb2 as pb
from router.app.metrics.definitions import METRICS
from tests.scenarios.play import Play
from tests.scenarios.worlds import GrpcWorld, over_grpc
from tests.service.harness import Client, refusal_of

DAY = 86_400


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Two orders: a split one of the web that arrives, one of a store of which nothing is there."""
    with over_grpc(tmp_path_factory.mktemp("metrics")) as world:
        assert isinstance(world, GrpcWorld)
        play = Play(world)
        play.open_company()
        play.give(
            {"on account": "every order", "stock": {"LYON": {"RED-CLOCK": 1}, "LILLE": {"TIN-LAMP": 3}}}
        )
        for step in (
            {"order": "A-1", "lines": {"RED-CLOCK": 1, "TIN-LAMP": 3}},
            {"order": "A-2", "lines": {"RED-CLOCK": 4}, "channel": "store"},
            {"wait": "1 hour"},
            {"dispatch": "A-1/1"},
            {"dispatch": "A-1/2"},
            {"wait": "1 day"},
            {"carrier reports": "A-1/1", "status": "DELIVERED"},
            {"wait": "1 day"},
            {"carrier reports": "A-1/2", "status": "DELIVERED"},
        ):
            play.act(step)
        yield world.client


def ask(client: Client, *names: str, **request: object) -> list[pb.MetricFigure]:
    asked = pb.QueryMetricsRequest(names=names, **request)  # type: ignore[arg-type]
    return list(client.metrics.QueryMetrics(asked).figures)


def sums(figures: list[pb.MetricFigure]) -> list[tuple[str, int, int]]:
    return [
        (one.channel or one.node_id or one.carrier_id or one.period_start, one.numerator, one.denominator)
        for one in figures
    ]


def test_all_are_told_unless_some_are_named(client: Client) -> None:
    figures = ask(client)

    assert [one.name for one in figures] == [one.name for one in METRICS if one.name != "pick_distance"]
    assert [one.name for one in ask(client, "split_rate", "fill_rate")] == ["split_rate", "fill_rate"]


def test_a_figure_is_cut_by_channel_and_by_node(client: Client) -> None:
    assert sums(ask(client, "fill_rate")) == [("", 4, 8)]
    assert sums(ask(client, "fill_rate", by=[1])) == [("store", 0, 4), ("web", 4, 4)]
    assert sums(ask(client, "delivery_speed", by=[2])) == [
        ("LILLE", 25 * 3_600, 1),
        ("LYON", 49 * 3_600, 1),
    ]
    assert sums(ask(client, "delivery_speed", by=[2], node_id="LYON")) == [("LYON", 49 * 3_600, 1)]
    assert sums(ask(client, "delivery_speed", carrier_id="NOBODY")) == []


def test_an_order_of_two_nodes_counts_in_both_and_once_in_all(client: Client) -> None:
    assert sums(ask(client, "cost_per_order", by=[2])) == [("LILLE", 800_000, 1), ("LYON", 550_000, 1)]
    assert sums(ask(client, "cost_per_order")) == [("", 1_350_000, 1)]
    assert ask(client, "cost_per_order")[0].value == 1_350.0


def test_late_is_not_on_time(client: Client) -> None:
    """Lyon was promised for Tuesday, and came on Wednesday."""
    assert sums(ask(client, "on_time_in_full", by=[2])) == [("LILLE", 0, 1), ("LYON", 0, 1)]


def test_a_figure_is_cut_by_period(client: Client) -> None:
    days = sums(ask(client, "delivery_speed", period=pb.METRIC_PERIOD_DAY))
    months = sums(ask(client, "delivery_speed", period=pb.METRIC_PERIOD_MONTH))

    assert days == [("2026-11-17", 25 * 3_600, 1), ("2026-11-18", 49 * 3_600, 1)]
    assert months == [("2026-11-01", 74 * 3_600, 2)]
    monday = Timestamp(seconds=1_794_787_200)
    tuesday, wednesday = (Timestamp(seconds=monday.seconds + n * DAY) for n in (1, 2))
    within = ask(client, "delivery_speed", start_time=tuesday, end_time=wednesday)
    assert sums(within) == [("", 25 * 3_600, 1)]


def test_what_waits_waits_now(client: Client) -> None:
    (age,) = ask(client, "backorder_age", period=pb.METRIC_PERIOD_DAY, by=[1])

    assert (age.channel, age.period_start) == ("store", "")
    assert age.value == pytest.approx(49 * 3_600, abs=1)


def test_a_bad_question_names_every_fault(client: Client) -> None:
    request = pb.QueryMetricsRequest(
        names=["fill_rate", "happiness"],
        by=[7],  # type: ignore[list-item]
        period=9,  # type: ignore[arg-type]
        start_time=Timestamp(seconds=2 * DAY),
        end_time=Timestamp(seconds=DAY),
    )

    refused = refusal_of(client.metrics.QueryMetrics, request)

    assert refused.code == "INVALID_ARGUMENT"
    assert refused.violations == {
        "names[1]": "UNKNOWN_VALUE",
        "by[0]": "UNKNOWN_VALUE",
        "period": "UNKNOWN_VALUE",
        "end_time": "OUT_OF_RANGE",
    }
    assert "must be one of order_accuracy, on_time_in_full" in refused.message


def test_each_is_listed_with_its_definition(client: Client) -> None:
    listed = client.metrics.ListMetrics(pb.ListMetricsRequest()).metrics

    assert [one.name for one in listed] == [one.name for one in METRICS]
    returns = next(one for one in listed if one.name == "return_rate")
    assert (returns.denominator, list(returns.by)) == ("units that left", [1, 2, 3, 4])
    assert returns.series == "router_return_rate"


def test_a_server_that_starts_again_says_the_same(tmp_path: Path) -> None:
    with over_grpc(tmp_path) as world:
        assert isinstance(world, GrpcWorld)
        play = Play(world)
        play.open_company()
        play.give({"stock": {"LYON": {"RED-CLOCK": 1}}})
        play.act({"order": "A-1", "lines": {"RED-CLOCK": 3}})
        before = ask(world.client)
    with over_grpc(tmp_path) as world:
        assert isinstance(world, GrpcWorld)
        after = ask(world.client)

    assert before == after != []
