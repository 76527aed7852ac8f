"""Reflection under both of its names: some tools ask v1 only, others v1alpha only."""

from collections.abc import Sequence

import grpc
import grpc.aio
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_reflection.v1alpha import reflection_pb2  # type: ignore[import-untyped]
from grpc_reflection.v1alpha.reflection import aio  # type: ignore[import-untyped]

ALPHA = "grpc.reflection.v1alpha"
V1 = "grpc.reflection.v1"


def add_reflection(server: grpc.aio.Server, service_names: Sequence[str]) -> None:
    """Let clients ask for the descriptors of `service_names`.

    The two versions differ in nothing but the package, so one servicer answers both.
    """
    describe_v1()
    names = (*service_names, f"{ALPHA}.ServerReflection", f"{V1}.ServerReflection")
    servicer = aio.ReflectionServicer(names)
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    for package in (ALPHA, V1):
        server.add_generic_rpc_handlers(
            (
                grpc.method_handlers_generic_handler(
                    f"{package}.ServerReflection", {"ServerReflectionInfo": handler}
                ),
            )
        )


def describe_v1() -> None:
    """Put the descriptors of v1, which no Python package has, beside those of v1alpha."""
    described = FileDescriptorProto()
    reflection_pb2.DESCRIPTOR.CopyToProto(described)
    described.name = described.name.replace("v1alpha", "v1")
    described.package = V1
    for message in described.message_type:
        for field in message.field:
            if field.type_name:
                field.type_name = field.type_name.replace(f".{ALPHA}.", f".{V1}.")
    for service in described.service:
        for method in service.method:
            method.input_type = method.input_type.replace(f".{ALPHA}.", f".{V1}.")
            method.output_type = method.output_type.replace(f".{ALPHA}.", f".{V1}.")
    descriptor_pool.Default().Add(described)
