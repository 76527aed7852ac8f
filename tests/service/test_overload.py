"""More orders than the server can take: those let in are decided in time, the others are told when to come again."""

import resource
import threading
import time

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from router.api.v1 import routing_pb2
from tests.service.builders import an_order
from tests.service.harness import Client, a_server, read_refusal

CALLERS = 12
ORDERS = 100
SECONDS = 2.0
DEADLINE_SECONDS = 20.0


class Flood:
    """Callers that send batches one after another, whatever is answered."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name
        self.accepted: list[int] = []
        self.refusals: list[tuple[str, str, bool]] = []

    def run(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        threads = [threading.Thread(target=self._call, args=(number, end)) for number in range(CALLERS)]
        for thread in threads:
            thread.start()
        health = health_pb2_grpc.HealthStub(self._client.channel)
        while time.monotonic() < end:
            status = health.Check(health_pb2.HealthCheckRequest(), timeout=DEADLINE_SECONDS).status
            assert status == health_pb2.HealthCheckResponse.SERVING, "it serves, though not everybody at once"
            time.sleep(0.1)
        for thread in threads:
            thread.join()

    def _call(self, caller: int, end: float) -> None:
        number = 0
        while time.monotonic() < end:
            name = f"{self._name}-{caller}-{number}"
            orders = [an_order(f"{name}-{n}", {"RED-CLOCK": 1, "TIN-LAMP": 1}) for n in range(ORDERS)]
            request = routing_pb2.BatchRouteOrdersRequest(orders=orders, request_id=name)
            number += 1
            try:
                reply = self._client.routing.BatchRouteOrders(request, timeout=DEADLINE_SECONDS)
                self.accepted.append(len(reply.results))
            except grpc.RpcError as error:
                refusal = read_refusal(error)
                self.refusals.append((refusal.code, refusal.reason, bool(refusal.retry_milliseconds)))


def test_in_a_flood_some_are_served_and_all_others_told_to_come_again_and_nothing_else_happens() -> None:
    units = 10_000_000
    with a_server(queue_wait=10) as client:
        client.set_up({"LYON": {"RED-CLOCK": units, "TIN-LAMP": units}})
        # The queue learns its pace, and what the first batches need is there before memory is compared.
        Flood(client, "before").run(1.0)
        left = client.available("RED-CLOCK")["LYON"]
        peak_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        flood = Flood(client, "flood")
        flood.run(SECONDS)
        growth_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak_kilobytes) >> 10

        assert set(flood.refusals) == {("RESOURCE_EXHAUSTED", "QUEUE_FULL", True)}
        assert len(flood.refusals) > len(flood.accepted) > 0
        assert left - client.available("RED-CLOCK")["LYON"] == sum(flood.accepted)
        assert client.audit().clean
        assert growth_mib < 200
