"""Events into a real NATS server with JetStream: stored once per id, through a server that goes and comes back."""

import asyncio
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nats
import pytest

from router.connectors.nats_stream import NatsOptions, NatsStream
from router.connectors.sink import Delivered, Failed, Outcome
from tests.connectors.builders import an_event
from tests.connectors.test_kill import booking, wait_for_the_end
from tests.service.test_process import a_process

pytestmark = pytest.mark.integration

NATS_SERVER = shutil.which("nats-server") or "/usr/sbin/nats-server"


def a_free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def a_nats_server(folder: Path, port: int) -> Iterator[Any]:
    process = subprocess.Popen(
        [NATS_SERVER, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < end, "nats-server does not start"
                time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def options_of(port: int) -> NatsOptions:
    return NatsOptions(
        servers=(f"nats://127.0.0.1:{port}",), stream="ROUTER", prefix="shop.", timeout_seconds=3
    )


async def messages(port: int, count: int) -> list[Any]:
    """The first `count` messages of the stream."""
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    reader = await client.jetstream().subscribe("shop.router.>", ordered_consumer=True)
    found = [await reader.next_msg(timeout=5) for _ in range(count)]
    await client.close()
    return found


async def stored_count(port: int) -> int:
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    info = await client.jetstream().stream_info("ROUTER")
    await client.close()
    return info.state.messages


def test_an_event_is_stored_once_however_often_it_is_delivered(tmp_path: Path) -> None:
    async def deliver(port: int) -> list[Outcome]:
        sink = NatsStream(options_of(port))
        outcomes = [await sink.deliver([an_event(position)]) for position in (1, 2, 1, 1, 2)]
        await sink.close()
        return outcomes

    port = a_free_port()
    with a_nats_server(tmp_path, port):
        outcomes = asyncio.run(deliver(port))
        count = asyncio.run(stored_count(port))
        first, second = asyncio.run(messages(port, 2))

    assert outcomes == [Delivered()] * 5
    assert count == 2
    assert [one.subject for one in (first, second)] == ["shop.router.order.routed.v1"] * 2
    assert first.headers["Nats-Msg-Id"] == json.loads(first.data)["id"]
    assert [json.loads(one.data)["data"]["position"] for one in (first, second)] == [1, 2]


def test_a_server_that_is_not_there_is_a_failure_and_one_that_comes_back_is_used_again(
    tmp_path: Path,
) -> None:
    port = a_free_port()

    async def deliver() -> list[Outcome]:
        sink = NatsStream(options_of(port))
        outcomes = [await sink.deliver([an_event(1)])]
        with a_nats_server(tmp_path, port):
            outcomes.append(await sink.deliver([an_event(1)]))
        outcomes.append(await sink.deliver([an_event(2)]))
        with a_nats_server(tmp_path, port):
            outcomes += [await sink.deliver([an_event(2)]), await sink.deliver([an_event(1)])]
        await sink.close()
        return outcomes

    outcomes = asyncio.run(deliver())
    with a_nats_server(tmp_path, port):
        count = asyncio.run(stored_count(port))

    assert [type(one) for one in outcomes] == [Failed, Delivered, Failed, Delivered, Delivered]
    assert count == 2


def test_a_served_router_tells_everything_to_a_stream_while_the_stream_is_killed(tmp_path: Path) -> None:
    port = a_free_port()
    sinks = tmp_path / "sinks.yaml"
    sinks.write_text(
        f"sinks:\n  stream: {{kind: nats, servers: ['nats://127.0.0.1:{port}'], stream: ROUTER, prefix: shop.,"
        " start: beginning, timeout_seconds: 3}\n"
    )
    with a_process(tmp_path / "ledger.sqlite", "--sinks", str(sinks)) as (_, client):
        client.set_up({"LYON": {"RED-CLOCK": 1_000}})
        with booking(client):
            for _ in range(3):
                with a_nats_server(tmp_path / "nats", port):
                    time.sleep(1)
        with a_nats_server(tmp_path / "nats", port):
            last_position = wait_for_the_end(client)
            stored = asyncio.run(messages(port, last_position))

    assert sorted(json.loads(one.data)["data"]["position"] for one in stored) == list(
        range(1, last_position + 1)
    )
