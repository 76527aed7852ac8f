"""A bare grpc.aio server that parses the same requests and answers ready replies: what any Python server costs.

`python -m benchmarks.echo FOLDER` reads the replies `route_order.bin` and `batch_route_orders.bin` from the folder.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc.aio
import uvloop

from router.api.v1 import routing_pb2
from router.api.v1.routing_pb2_grpc import RoutingServiceServicer, add_RoutingServiceServicer_to_server
from router.simulation.server_process import ServerProcess


class Echo(RoutingServiceServicer):
    """Answers every call of a kind with the same recorded reply."""

    def __init__(self, folder: Path) -> None:
        self.single = routing_pb2.RouteOrderResponse.FromString((folder / "route_order.bin").read_bytes())
        self.batch = routing_pb2.BatchRouteOrdersResponse.FromString(
            (folder / "batch_route_orders.bin").read_bytes()
        )

    async def RouteOrder(self, request, context):  # type: ignore[no-untyped-def]
        return self.single

    async def BatchRouteOrders(self, request, context):  # type: ignore[no-untyped-def]
        return self.batch


async def serve(folder: Path) -> None:
    server = grpc.aio.server(options=(("grpc.max_receive_message_length", 64 << 20),))
    add_RoutingServiceServicer_to_server(Echo(folder), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await server.wait_for_termination()


@contextmanager
def echo_server(
    single: routing_pb2.RouteOrderResponse, batch: routing_pb2.BatchRouteOrdersResponse
) -> Iterator[str]:
    """The address of an echo server in a process of its own that gives these replies."""
    with echo_process(single, batch) as server:
        yield server.address


@contextmanager
def echo_process(
    single: routing_pb2.RouteOrderResponse, batch: routing_pb2.BatchRouteOrdersResponse
) -> Iterator[ServerProcess]:
    """The same with its process, whose processor time can be asked for."""
    with tempfile.TemporaryDirectory(prefix="router-echo-") as name:
        folder = Path(name)
        (folder / "route_order.bin").write_bytes(single.SerializeToString())
        (folder / "batch_route_orders.bin").write_bytes(batch.SerializeToString())
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.echo", name], stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout
            yield ServerProcess(f"127.0.0.1:{int(process.stdout.readline())}", process)
        finally:
            process.terminate()
            process.communicate(timeout=10)


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1])))
