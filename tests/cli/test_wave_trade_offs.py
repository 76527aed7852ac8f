"""A wave's front over the wire and at the terminal, from a real server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToJson, ParseDict

from router.api.v1 import network_pb2
from router.api.v1.wave_trade_offs_pb2 import ListWaveTradeOffsRequest, ListWaveTradeOffsResponse
from router.cli.main import run
from tests.service.builders import a_network, a_service_level, an_order
from tests.service.harness import Client, a_server, refusal_of


def a_network_that_states_emissions() -> network_pb2.Network:
    """Another service level is sooner, dearer and dirtier."""
    road, air = a_service_level(), a_service_level()
    road.tariff.emission.CopyFrom(network_pb2.Emission(co2e_grams_per_tonne_km=100, source="an example"))
    air.service_level_id, air.mode = "POSTE/AIR", "AIR"
    air.tariff.emission.CopyFrom(network_pb2.Emission(co2e_grams_per_tonne_km=900, source="an example"))
    for zone in air.tariff.zones:
        zone.transit_days, zone.minimum_minor = 0, 1_900
    network = a_network()
    del network.service_levels[:]
    network.service_levels.extend([road, air])
    for node in network.nodes:
        node.service_level_ids.append("POSTE/AIR")
    return network


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 2, "TIN-LAMP": 9}, "LILLE": {"RED-CLOCK": 9}})
        connected.network.PutNetwork(
            network_pb2.PutNetworkRequest(network=a_network_that_states_emissions(), request_id="emissions")
        )
        yield connected


@pytest.fixture(scope="module")
def wave(client: Client, tmp_path_factory: pytest.TempPathFactory) -> Path:
    orders = [MessageToJson(an_order(f"T-{number}", {"RED-CLOCK": 1}), indent=None) for number in range(4)]
    file = tmp_path_factory.mktemp("wave") / "orders.jsonl"
    file.write_text("\n".join(orders), encoding="utf-8")
    return file


def test_a_wave_is_booked_and_weighed_up(
    client: Client, wave: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["wave", str(wave), "--trade-offs", "--address", client.address, "--json"]) == 0

    told = ParseDict(json.loads(capsys.readouterr().out)["trade_offs"], ListWaveTradeOffsResponse())
    first, last = told.trade_offs[0], told.trade_offs[-1]
    assert (first.decided, last.decided) == (True, False)
    assert first.cost_milli == first.bound_milli < last.cost_milli
    assert first.unit_days > last.unit_days
    assert first.co2e_milligrams < last.co2e_milligrams
    (row,) = told.scarce_rows
    assert (row.node_id, row.sku, row.limit) == ("LYON", "RED-CLOCK", 2)
    assert row.saving.found_milli == row.saving.most_milli == 250_000


def test_orders_decided_together_are_weighed_up_by_their_ids(
    client: Client, wave: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["wave", str(wave), "--address", client.address])
    capsys.readouterr()

    assert run(["order", "trade-offs", "T-0", "T-1", "T-2", "T-3", "--address", client.address]) == 0

    told = capsys.readouterr().out
    assert "kg CO2e" in told
    assert "decided" in told
    assert "one more unit of RED-CLOCK at LYON: " in told


def test_plans_show_what_they_emit(client: Client, wave: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["wave", str(wave), "--address", client.address])
    capsys.readouterr()

    run(["order", "show", "T-0", "--address", client.address, "--json"])

    assert "co2eMilligrams" in capsys.readouterr().out


def test_what_is_asked_wrongly_is_named(client: Client) -> None:
    asked = ListWaveTradeOffsRequest(order_ids=["A", "A"], searches_max=61)

    refusal = refusal_of(client.routing.ListWaveTradeOffs, asked)

    assert set(refusal.violations) == {"order_ids[1]", "searches_max"}


def test_trade_offs_of_a_wave_that_books_nothing_are_refused(
    wave: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["wave", str(wave), "--trade-offs", "--validate-only"]) == 2
    assert "--validate-only books none" in capsys.readouterr().err


@pytest.mark.parametrize("factor", [0, 100_001])
def test_an_emission_states_a_factor_and_its_source(client: Client, factor: int) -> None:
    network = a_network_that_states_emissions()
    network.service_levels[0].tariff.emission.CopyFrom(network_pb2.Emission(co2e_grams_per_tonne_km=factor))

    asked = network_pb2.PutNetworkRequest(network=network, request_id=f"bad {factor}")

    refusal = refusal_of(client.network.PutNetwork, asked)

    at = "network.service_levels[0].tariff.emission."
    assert set(refusal.violations) == {at + "co2e_grams_per_tonne_km", at + "source"}


def test_the_network_is_given_back_with_its_emissions(client: Client) -> None:
    found = client.network.GetNetwork(network_pb2.GetNetworkRequest()).network

    assert {one.tariff.emission.co2e_grams_per_tonne_km for one in found.service_levels} == {100, 900}


def test_recorded_orders_are_weighed_up_as_if_all_were_known(
    client: Client, wave: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["wave", str(wave), "--address", client.address])
    capsys.readouterr()
    picture = tmp_path / "front.svg"
    words = ["backtest", "trade-offs", "--address", client.address, "--picture", str(picture)]

    assert run([*words, "--json"]) == 0

    told = ParseDict(
        json.loads(capsys.readouterr().out), ListWaveTradeOffsResponse(), ignore_unknown_fields=True
    )
    assert (told.order_count, told.unit_count, told.cut) == (4, 4, False)
    assert told.trade_offs[0].bound_milli == told.trade_offs[0].cost_milli
    assert not told.HasField("decided")
    drawn = picture.read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert drawn.count("<polyline") == 3

    assert run(words) == 0
    assert "kg CO2e" in capsys.readouterr().out
