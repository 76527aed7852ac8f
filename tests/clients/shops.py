"""Servers for the tests of the client."""

import socket
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from router_client.v1 import network_pb2, order_pb2

from router.simulation.client import RouterClient
from router.simulation.server_process import running_server
from tests.service.builders import a_network, a_snapshot, an_order, products


def our_order(order_id: str, sku: str = "RED-CLOCK") -> order_pb2.Order:
    return order_pb2.Order.FromString(an_order(order_id, {sku: 1}).SerializeToString())


def order_of_lines(order_id: str, line_count: int) -> order_pb2.Order:
    order = our_order(order_id)
    lines = [order_pb2.OrderLine(line_id=f"{n}", sku="RED-CLOCK", quantity=1) for n in range(line_count)]
    order.ClearField("lines")
    order.lines.extend(lines)
    return order


@contextmanager
def a_shop(folder: Path, port: int) -> Iterator[Any]:
    """A server process on that port with plenty of stock; the same ledger each time."""
    with running_server(folder / "ledger.sqlite", None, f"127.0.0.1:{port}") as server:
        with RouterClient(server.address) as client:
            client.network.PutNetwork(
                network_pb2.PutNetworkRequest(network=a_network(), request_id="network")
            )
            client.network.PutProducts(
                network_pb2.PutProductsRequest(products=products("RED-CLOCK"), request_id="products")
            )
            client.inventory.UploadStockSnapshot(iter(a_snapshot({"LYON": {"RED-CLOCK": 100_000}})))
        yield server


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def served(handler: grpc.GenericRpcHandler) -> Iterator[str]:
    server = grpc.server(futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None)


@contextmanager
def deaf() -> Iterator[str]:
    """Somebody who takes connections and never says a word."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        yield f"127.0.0.1:{one.getsockname()[1]}"
