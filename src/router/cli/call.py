"""`router call`: any method of the contract with JSON in and JSON out, no other tool needed."""

import json
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.output import print_json

if TYPE_CHECKING:
    import grpc
    from google.protobuf.descriptor import MethodDescriptor
    from google.protobuf.message import Message

FILES = (
    "routing",
    "columns",
    "orders",
    "fulfillment",
    "tracking",
    "delays",
    "customers",
    "channels",
    "payments",
    "purchasing",
    "carriers",
    "returns",
    "accounting",
    "inventory",
    "feeds",
    "reservations",
    "resources",
    "network",
    "rules",
    "events",
    "metrics",
    "ledger",
)


@click.command()
@click.argument("method")
@click.argument("body", metavar="[JSON]", default="{}")
@client_options
def call(method: str, body: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Call METHOD (`RouteOrder`, or in full `router.api.v1.RoutingService/RouteOrder`) with JSON.

    JSON `-` is read from standard input. A method that takes a stream takes a list of messages. Answers of a
    stream come one a line.
    """
    descriptor = find_method(method)
    requests = read_requests(descriptor, sys.stdin.read() if body == "-" else body)
    with connected(address, tls_ca) as channel:
        for response in answers(channel, descriptor, requests):
            show(response, is_one_of_many=descriptor.server_streaming, as_json=as_json)


def find_method(name: str) -> "MethodDescriptor":
    """The method that `name` means; its service may be left out."""
    from importlib import import_module

    methods: dict[str, MethodDescriptor] = {}
    for file in FILES:
        module = import_module(f"router.api.v1.{file}_pb2")
        for service in module.DESCRIPTOR.services_by_name.values():
            methods.update({f"{service.full_name}/{method.name}": method for method in service.methods})
    wanted = name.lstrip("/")
    for full_name, method in methods.items():
        if wanted in (full_name, full_name.rpartition("/")[2], full_name.removeprefix("router.api.v1.")):
            return method
    short_names = [full_name.rpartition("/")[2] for full_name in methods]
    near = get_close_matches(wanted.rpartition("/")[2], short_names, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(short_names)}"
    raise CommandFailed(Exit.USAGE, f"no method `{name}`; {hint}")


def read_requests(method: "MethodDescriptor", body: str) -> "list[Message]":
    """The request, or for a method that takes a stream the requests, written in `body`."""
    from google.protobuf import message_factory
    from google.protobuf.json_format import ParseDict, ParseError

    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CommandFailed(Exit.USAGE, f"not JSON: {error}") from error
    bodies = parsed if method.client_streaming and isinstance(parsed, list) else [parsed]
    request_class = message_factory.GetMessageClass(method.input_type)
    name = method.input_type.name
    if not all(isinstance(one, dict) for one in bodies):
        several = ", or a list of them" if method.client_streaming else ""
        raise CommandFailed(Exit.USAGE, f"not a {name}: it must be a JSON object{several}")
    try:
        return [ParseDict(one, request_class()) for one in bodies]
    except ParseError as error:
        raise CommandFailed(Exit.USAGE, f"not a {name}: {error}") from error


def answers(
    channel: "grpc.Channel", method: "MethodDescriptor", requests: "list[Message]"
) -> "Iterator[Message]":
    """Call `method`; raises `grpc.RpcError` when it is refused."""
    from google.protobuf import message_factory

    path = f"/{method.containing_service.full_name}/{method.name}"
    parse = message_factory.GetMessageClass(method.output_type).FromString
    serialize = message_factory.GetMessageClass(method.input_type).SerializeToString
    if method.client_streaming:
        upload: Any = channel.stream_unary(path, serialize, parse)
        yield upload(iter(requests), timeout=TIMEOUT_SECONDS)
    elif method.server_streaming:
        # A stream may be followed for as long as somebody looks at it.
        watch: Any = channel.unary_stream(path, serialize, parse)
        yield from watch(requests[0])
    else:
        ask: Any = channel.unary_unary(path, serialize, parse)
        yield ask(requests[0], timeout=TIMEOUT_SECONDS)


def show(response: "Message", *, is_one_of_many: bool, as_json: bool) -> None:
    from google.protobuf.json_format import MessageToDict, MessageToJson

    if as_json:
        print_json(response=MessageToDict(response))
    else:
        print(MessageToJson(response, indent=None if is_one_of_many else 2), flush=True)
