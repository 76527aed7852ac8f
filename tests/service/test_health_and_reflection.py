"""What tools ask a server before anything else."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2

from router.service.server import Listen
from router.service.servicers import servicers
from tests.service.harness import Client, a_server, refusal_of

SERVICES = sorted(servicers(None))  # type: ignore[arg-type]
PROTOS = Path(__file__).resolve().parents[2] / "protos"


def reflect(client: Client, version: str, **question: Any) -> reflection_pb2.ServerReflectionResponse:
    ask: Any = client.channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        reflection_pb2.ServerReflectionRequest.SerializeToString,
        reflection_pb2.ServerReflectionResponse.FromString,
    )
    return next(ask(iter([reflection_pb2.ServerReflectionRequest(**question)]), timeout=10))


@pytest.mark.parametrize("service", ["", *SERVICES, "grpc.health.v1.Health"])
def test_every_service_is_healthy(client: Client, service: str) -> None:
    health = health_pb2_grpc.HealthStub(client.channel)

    answer = health.Check(health_pb2.HealthCheckRequest(service=service))

    assert answer.status == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_both_versions_of_reflection_list_all_services(client: Client, version: str) -> None:
    listed = reflect(client, version, list_services="").list_services_response.service

    assert sorted(one.name for one in listed) == sorted(
        [
            *SERVICES,
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
        ]
    )


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
@pytest.mark.parametrize(
    "symbol", ["router.api.v1.RoutingService", "router.api.v1.Plan", "grpc.reflection.v1.ServerReflection"]
)
def test_both_versions_of_reflection_describe_symbols(client: Client, version: str, symbol: str) -> None:
    described = reflect(client, version, file_containing_symbol=symbol)

    assert described.WhichOneof("message_response") == "file_descriptor_response"


def test_reflection_can_be_switched_off() -> None:
    with a_server(listen=Listen(address="127.0.0.1:0", with_reflection=False)) as client:
        refusal = refusal_of(reflect, client, "v1")

    assert refusal.code == "UNIMPLEMENTED"


def test_buf_lists_every_method_by_reflection(client: Client) -> None:
    address = client.address
    buf = Path(sys.executable).parent / "buf"
    listed = subprocess.run(
        [buf, "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--list-methods", f"http://{address}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert {f"{service}/{method}" for service, methods in contract().items() for method in methods} <= set(
        listed.stdout.split()
    )


def contract() -> dict[str, list[str]]:
    from google.protobuf import descriptor_pool

    services = [descriptor_pool.Default().FindServiceByName(name) for name in SERVICES]
    return {service.full_name: [method.name for method in service.methods] for service in services}
