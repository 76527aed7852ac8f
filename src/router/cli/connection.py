"""Calls from the command line: a channel, one call at a time, and refusals in readable words."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from router.cli.failures import CommandFailed, Exit

if TYPE_CHECKING:
    import grpc

ADDRESS = "127.0.0.1:50051"
TIMEOUT_SECONDS = 120
ANSWER_BYTES_MAX = 256 << 20
STEPS = {
    "list them with ListRuleVersions": "list them with `router rules history`",
    "say `accept_extra`": "say --extra",
    "stage one and start a shadow with it": "start one with `router rules shadow start PATHS`",
}
"""Next steps that the server names for programs, and what a person at the terminal does instead."""

F = TypeVar("F", bound=Callable[..., Any])


def together(*options: Callable[[Any], Any]) -> Callable[[F], F]:
    """Several options as one decorator."""

    def decorated(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorated


tls_ca_option = click.option(
    "--tls-ca",
    envvar="ROUTER_TLS_CA",
    metavar="FILE",
    help="Certificate of the authority to trust; calls go over TLS then.",
)

address_options = together(
    click.option(
        "--address", envvar="ROUTER_ADDRESS", default=ADDRESS, show_default=True, metavar="HOST:PORT"
    ),
    tls_ca_option,
)
"""Which server."""

client_options = together(
    address_options,
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables."),
)
"""The options that every command which calls a server has."""

page_options = together(
    click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1_000)),
    click.option("--page-token", default="", metavar="TOKEN", help="Go on where the page before ended."),
)
"""The options of commands that list a page at a time."""


@contextmanager
def connected(address: str, tls_ca: str | None) -> "Iterator[grpc.Channel]":
    """A channel to the server; whatever a call on it ends with leaves as `CommandFailed`."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    import grpc

    options = (("grpc.max_receive_message_length", ANSWER_BYTES_MAX),)
    if tls_ca:
        credentials = grpc.ssl_channel_credentials(read_file(tls_ca))
        channel = grpc.secure_channel(address, credentials, options)
    else:
        channel = grpc.insecure_channel(address, options)
    with channel:
        try:
            yield channel
        except grpc.RpcError as error:
            raise failure_of(error, address) from error


def read_file(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"cannot read `{path}`: {error.strerror}") from error


def failure_of(error: Any, address: str) -> CommandFailed:
    """A failed call as the person at the terminal should read it; nobody there is exit 4, a refusal exit 1."""
    import grpc

    reason, lines, fault_count = details_of(error)
    if error.code() is grpc.StatusCode.UNAVAILABLE and not reason:
        return CommandFailed(Exit.UNREACHABLE, nobody(address, error.details() or ""), reason="UNREACHABLE")
    said = faults_in_all(fault_count, len(lines)) if lines else error.details()
    said, *lines = map(for_people, (said, *lines))
    message = f"{error.code().name}: {said}"
    return CommandFailed(Exit.FINDINGS, message, reason=reason or error.code().name, lines=lines)


def faults_in_all(count: int, shown: int) -> str:
    """`the request has 5,000 faults, the first 38 of them here`: a server sends no more than fit."""
    said = f"the request has {count:,} fault{'' if count == 1 else 's'}"
    return f"{said}, the first {shown:,} of them here" if shown < count else said


def for_people(said: str) -> str:
    """With next steps that a person at the terminal can take."""
    for of_calls, of_commands in STEPS.items():
        said = said.replace(of_calls, of_commands)
    return said


def nobody(address: str, details: str) -> str:
    """Why nobody was reached: what gRPC says of TLS, else that nobody is there."""
    if "CERTIFICATE_VERIFY_FAILED" in details:
        return f"the server at {address} has a certificate that the file of --tls-ca does not vouch for"
    if "Hostname Verification" in details:
        host = address.rpartition(":")[0]
        return f"the certificate of the server at {address} is not for `{host}`; name one that it is for with --address"
    if "security handshaker" in details:
        return "the file of --tls-ca holds no certificate (PEM)"
    if "handshake failed" in details:
        return f"what listens at {address} does not speak TLS; leave out --tls-ca"
    if "Socket closed" in details:
        return f"{address} closed the connection: it ended, or it wants TLS; then name its authority with --tls-ca"
    return f"no server answers at {address}; start one with `router serve` or name another with --address"


class Details(NamedTuple):
    """What the trailers of a refusal say: its reason, a line for each fault that was sent, and how many there are."""

    reason: str
    lines: list[str]
    fault_count: int


def details_of(error: Any) -> Details:
    """All of it empty where the server sent nothing."""
    from google.rpc.error_details_pb2 import BadRequest, ErrorInfo  # type: ignore[import-untyped]
    from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]

    status = Status()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status.ParseFromString(value)
    reason, lines, fault_count = "", [], 0
    for detail in status.details:
        info, bad_request = ErrorInfo(), BadRequest()
        if detail.Unpack(info):
            reason, fault_count = info.reason, int(info.metadata.get("fault_count", 0))
        elif detail.Unpack(bad_request):
            lines = [f"{one.field}: {one.description} [{one.reason}]" for one in bad_request.field_violations]
    return Details(reason, lines, max(fault_count, len(lines)))
