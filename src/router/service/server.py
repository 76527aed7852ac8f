"""The gRPC server: starts, says where it listens, and ends without dropping a call it has accepted."""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc  # type: ignore[import-untyped]

from router.domain.identifiers import Instant
from router.domain.limits import DEADLINE_SECONDS_MAX, REQUEST_BYTES_MAX
from router.service.address import is_loopback, with_port
from router.service.calls import ROUTES_ORDERS, Frame
from router.service.door import Door
from router.service.page_tokens import has_pages, of_one_question
from router.service.reflection import add_reflection
from router.service.unknown import UnknownMethods

log = logging.getLogger("router.service")

LINGER_SECONDS = 0.5
HEALTH = "grpc.health.v1.Health"
WRITES, CLOCK = "writes", "clock"
"""Names of the health service that are no services of the contract: whether writes are worked on, and whether the clock
is believed, so that time limits count.
"""
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING

OPTIONS: Sequence[tuple[str, int]] = (
    # Without this a second server binds the same port silently and takes half of the calls.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", REQUEST_BYTES_MAX),
    ("grpc.max_metadata_size", 8 << 10),
    ("grpc.absolute_max_metadata_size", 16 << 10),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 30_000),
    # Clients come back to whatever stands behind the name by then; calls in flight are let finish.
    ("grpc.max_connection_age_ms", 1_800_000),
)

SHARING = (("grpc.so_reuseport", 1), *(one for one in OPTIONS if one[0] != "grpc.so_reuseport"))


class AddressRefused(Exception):
    """The server may not or cannot listen there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where and how. An address that other machines can reach needs a certificate or `insecure_anywhere`.

    `with_reflection` None means: on an address that only this machine can reach.
    """

    address: str = "127.0.0.1:50051"
    certificate: Path | None = None
    private_key: Path | None = None
    insecure_anywhere: bool = False
    with_reflection: bool | None = None
    shares_port: bool = False
    """With other servers of one supervisor, which holds the port."""


class RouterServer:
    """One server on the running event loop. `servicers` maps the full name of a service to what answers it.

    `is_whole`: a method of the contract that a servicer lacks is a mistake, found here and not when it is called. Else
    such methods are unknown at this server.
    """

    def __init__(
        self,
        servicers: Mapping[str, Any],
        listen: Listen,
        now: Callable[[], Instant],
        end_streams: Callable[[], None],
        admit: Callable[[float], None],
        *,
        is_whole: bool = True,
    ) -> None:
        refuse_unusable(listen)
        self.address = listen.address
        self._listen = listen
        self._end_streams = end_streams
        self._frame = Frame(now, admit)
        self._health = health.aio.HealthServicer()
        self._server = grpc.aio.server(options=SHARING if listen.shares_port else OPTIONS)
        self._service_names = (*servicers, HEALTH)
        self._server.add_generic_rpc_handlers((Door(map(path_of, ROUTES_ORDERS), admit),))
        served: list[str] = []
        for service_name, servicer in servicers.items():
            served += self._add(service_name, servicer, is_whole=is_whole)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        loopback = is_loopback(listen.address)
        if loopback if listen.with_reflection is None else listen.with_reflection:
            add_reflection(self._server, self._service_names)
        # Asked last, so only for methods that nobody else has.
        self._server.add_generic_rpc_handlers((UnknownMethods(served),))

    async def start(self) -> str:
        """Listen; gives the address with the port that was bound. Refuses an address already in use."""
        self.address = self._bind()
        await self._server.start()
        for service_name in (*self._service_names, WRITES, CLOCK):
            await self._health.set(service_name, SERVING)
        return self.address

    async def say_health(self, name: str, is_well: bool) -> None:
        """Say how WRITES or CLOCK are; everything else is served either way."""
        await self._health.set(name, SERVING if is_well else NOT_SERVING)

    async def stop(self, grace_seconds: float = DEADLINE_SECONDS_MAX) -> None:
        """Say NOT_SERVING, take no new calls, let those in flight finish within `grace_seconds`."""
        await self._health.enter_graceful_shutdown()
        log.info("draining", extra={"in_flight": self._frame.in_flight_calls})
        self._end_streams()
        stopping = asyncio.ensure_future(self._server.stop(grace_seconds))
        await self._frame.wait_until_idle(grace_seconds)
        # Left are answers on their way out, and streams of others, such as health watchers, that never end.
        await self._server.stop(min(LINGER_SECONDS, grace_seconds))
        await stopping
        log.info("stopped", extra={"in_flight": self._frame.in_flight_calls})

    def _add(self, service_name: str, servicer: Any, *, is_whole: bool) -> Iterable[str]:
        """Gives the methods that are served."""
        methods = descriptor_pool.Default().FindServiceByName(service_name).methods
        handlers = {
            method.name: self._frame.handler(method, answer_of(servicer, method))
            for method in methods
            if is_whole or hasattr(servicer, method.name)
        }
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service_name, handlers),))
        return (f"/{service_name}/{name}" for name in handlers)

    def _bind(self) -> str:
        listen = self._listen
        try:
            if listen.certificate and listen.private_key:
                pair = (listen.private_key.read_bytes(), listen.certificate.read_bytes())
                port = self._server.add_secure_port(listen.address, grpc.ssl_server_credentials([pair]))
            else:
                port = self._server.add_insecure_port(listen.address)
        except (RuntimeError, OSError) as error:
            raise AddressRefused(f"cannot listen on `{listen.address}`: {bind_failure(error)}") from error
        return with_port(listen.address, port)


def answer_of(servicer: Any, method: MethodDescriptor) -> Any:
    """What answers `method`."""
    answer = getattr(servicer, method.name)
    return of_one_question(answer) if has_pages(method) else answer


def path_of(method_name: str) -> str:
    """A method's full name as calls have it."""
    service, _, name = method_name.rpartition(".")
    return f"/{service}/{name}"


def refuse_unusable(listen: Listen) -> None:
    """Refuse what can be seen to fail, also before there is anything to serve."""
    refuse_open_door(listen)
    if listen.certificate and listen.private_key:
        refuse_odd_pair(listen.certificate, listen.private_key)
    if not listen.shares_port:
        refuse_taken(listen.address)


def refuse_open_door(listen: Listen) -> None:
    """A server without TLS is for this machine only, unless somebody says otherwise in so many words."""
    if bool(listen.certificate) != bool(listen.private_key):
        raise AddressRefused("TLS needs both a certificate and its private key")
    if not (listen.certificate or listen.insecure_anywhere or is_loopback(listen.address)):
        raise AddressRefused(
            f"`{listen.address}` can be reached by other machines; give --tls-cert and --tls-key, "
            "or accept that anybody may call with --insecure-anywhere"
        )


def refuse_odd_pair(certificate: Path, private_key: Path) -> None:
    """Refuse what is no certificate chain with its own key: gRPC says of it only that it cannot listen."""
    for path in (certificate, private_key):
        try:
            path.read_bytes()
        except OSError as error:
            raise AddressRefused(f"cannot read `{path}`: {error.strerror}") from error
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, private_key, password="")
    except ssl.SSLError as error:
        raise AddressRefused(
            f"`{certificate}` and `{private_key}` are no certificate chain (PEM) and its own key, without a password:"
            f" {error.reason or error}"
        ) from error


def refuse_taken(address: str) -> None:
    """Refuse a name of which somebody has one address: gRPC listens on its others, and is content."""
    if address.startswith("unix:"):
        refuse_taken_socket(address, Path(address.removeprefix("unix:").removeprefix("//")))
        return
    host, _, port = address.rpartition(":")
    if port == "0":
        return
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise AddressRefused(f"cannot listen on `{address}`: {error.strerror}") from error
    for family, kind, protocol, _, where in found:
        if is_taken(family, kind, protocol, where):
            raise AddressRefused(
                f"cannot listen on `{address}`: port {port} of {where[0]} is in use; choose another with --address"
            )


def refuse_taken_socket(address: str, path: Path) -> None:
    """Refuse a socket at which somebody answers: gRPC puts its own in the place of any. One of a dead server may be."""
    if not path.parent.is_dir():
        raise AddressRefused(f"cannot listen on `{address}`: there is no folder `{path.parent}`")
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))
    except (FileNotFoundError, ConnectionRefusedError):
        return
    except OSError as error:
        raise AddressRefused(f"cannot listen on `{address}`: {error}") from error
    raise AddressRefused(f"cannot listen on `{address}`: it is in use; choose another with --address")


def is_taken(family: int, kind: int, protocol: int, where: Any) -> bool:
    """Whether another socket has it. What this machine lacks, such as IPv6, nobody has: gRPC passes over it, too."""
    try:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        return error.errno == errno.EADDRINUSE
    return False


def bind_failure(error: Exception) -> str:
    if isinstance(error, OSError):
        return str(error)
    return "the address is in use or not one of this machine's; choose another with --address"
