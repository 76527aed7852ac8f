"""Bytes that nobody would send, to every method of a server with little memory: an answer or a documented refusal."""

import resource
import time
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from random import Random
from typing import Any

import grpc
import pytest

from router.api import v1
from router.api.v1 import network_pb2
from router.rules.ruleset import compile_rules
from tests.proof.mutation import mutated
from tests.proof.statuses import reason_of
from tests.proving import seeds, under_seed
from tests.rules.builders import a_rule_file
from tests.service.builders import a_network, a_route_request, a_snapshot, products
from tests.service.harness import Client, a_server

SECONDS_MAX = 5.0
INPUTS = 250
MEGABYTES_MAX = 1_024
FILES = [
    import_module(f"{v1.__name__}.{one.name}")
    for one in iter_modules(v1.__path__)
    if one.name.endswith("_pb2")
]
METHODS = [
    (f"/{service.full_name}/{method.name}", method)
    for file in FILES
    for _, service in sorted(file.DESCRIPTOR.services_by_name.items())
    for method in service.methods
]


def megabytes() -> int:
    """The most that this process, and with it the server, has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def corpus() -> list[bytes]:
    """Good messages to begin with."""
    snapshot = a_snapshot({"LYON": {"RED-CLOCK": 5}}, sequence=9)
    messages = [
        a_route_request("A-1", {"RED-CLOCK": 2}),
        network_pb2.PutNetworkRequest(network=a_network(), request_id="n"),
        network_pb2.PutProductsRequest(products=products("RED-CLOCK"), request_id="p"),
        *snapshot,
    ]
    return [message.SerializeToString() for message in messages]


def call(client: Client, path: str, method: Any, payloads: list[bytes]) -> tuple[str, str]:
    """The status and the reason that the call ends with."""
    kind = f"{'stream' if method.client_streaming else 'unary'}_{'stream' if method.server_streaming else 'unary'}"
    invoke = getattr(client.channel, kind)(path)
    request = iter(payloads) if method.client_streaming else payloads[0]
    try:
        answer = invoke(request, timeout=SECONDS_MAX)
        if method.server_streaming:
            next(iter(answer), None)
            answer.cancel()
    except grpc.RpcError as error:
        return error.code().name, reason_of(error.trailing_metadata())  # type: ignore[attr-defined]
    return "OK", ""


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}})
        yield connected


@pytest.mark.parametrize("seed", seeds(0, 10, 200))
def test_no_bytes_bring_a_server_out_of_its_words(seed: int, client: Client) -> None:
    random, good = Random(seed), corpus()
    before = megabytes()
    with under_seed("out_of_its_words", seed):
        for _ in range(INPUTS):
            path, method = random.choice(METHODS)
            payloads = [mutated(random, random.choice(good)) for _ in range(random.randint(1, 3))]
            begin = time.monotonic()
            code, reason = call(client, path, method, payloads)

            assert code not in ("INTERNAL", "UNKNOWN"), (path, payloads)
            assert reason or code in ("OK", "CANCELLED", "DEADLINE_EXCEEDED"), (path, code, payloads)
            assert time.monotonic() - begin < SECONDS_MAX + 2, (path, payloads)
        assert client.audit().clean
    assert megabytes() - before < MEGABYTES_MAX


RULES = a_rule_file(
    "filters:\n  - {id: open, keep: node.is_open}\n"
    "costs:\n  - {id: bulky, when: 'line.unit_volume > liters(50)', per: unit, amount: usd(0.75)}\n"
    "splits:\n  - {id: few, when: 'order.unit_count <= 3 && order.tier == \"GOLD\"', max_shipments: 1}\n"
    "  - {id: default, max_shipments: 3}\n"
)


@pytest.mark.parametrize("seed", seeds(0, 10, 200))
def test_no_rule_file_brings_the_compiler_out_of_its_findings(seed: int) -> None:
    random = Random(seed)
    with under_seed("out_of_its_findings", seed):
        for _ in range(INPUTS):
            text = mutated(random, RULES)
            begin = time.monotonic()
            compilation = compile_rules({"a.yaml": text})

            assert compilation.rules is not None or compilation.diagnostics, text
            assert time.monotonic() - begin < SECONDS_MAX, text
