"""The address: free, or a router answers there already, and how that is."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from router.cli.connection import connected
from router.cli.doctor.report import Check
from router.cli.failures import CommandFailed, Exit

if TYPE_CHECKING:
    from router.api.v1.ledger_pb2 import GetLedgerStatusResponse

SECONDS = 3


def check_address(address: str, tls_ca: str | None = None) -> Iterator[Check]:
    """Of a router that answers there, also whether it writes and believes its clock."""
    if address.startswith("unix:"):
        yield Check(name="address", is_good=True, found=f"{address}, not looked at")
        return
    try:
        status = status_of(address, tls_ca)
    except CommandFailed as failure:
        if failure.code == Exit.USAGE:
            raise
        yield check_unanswered(address, tls_ca, failure)
    else:
        yield Check(name="address", is_good=True, found=f"a router answers at {address}")
        yield check_writes(status)
        yield check_server_clock(status)


def check_unanswered(address: str, tls_ca: str | None, failure: CommandFailed) -> Check:
    """Nobody is there, or somebody else, or a server of events, which has no ledger status to tell."""
    if failure.reason == "UNKNOWN_METHOD":
        return Check(name="address", is_good=True, found=f"a server of events answers at {address}")
    free = check_free(address)
    return replace(free, found=failure.message) if tls_ca and not free.is_good else free


def check_writes(status: "GetLedgerStatusResponse") -> Check:
    return Check(
        name="writes",
        is_good=status.writable,
        found="worked on" if status.writable else f"refused, because {status.read_only_because}",
        fix="make room or bring the database back; the server notices by itself",
    )


def check_server_clock(status: "GetLedgerStatusResponse") -> Check:
    in_doubt = status.HasField("clock_ahead_seconds")
    return Check(
        name="server's clock",
        is_good=not in_doubt,
        found=f"leapt ahead by {status.clock_ahead_seconds:,} s, nothing expires" if in_doubt else "believed",
        fix="set it right (timedatectl set-ntp true), or if it is right say so: router call TrustClock",
    )


def check_free(address: str) -> Check:
    fix = "ask a router that speaks TLS with --tls-ca; stop what else listens there, or take another address"
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host.strip("[]"), int(port)))
    except (OSError, ValueError, OverflowError) as error:
        said = getattr(error, "strerror", None) or str(error)
        return Check(name="address", is_good=False, found=f"{address}: {said}", fix=fix)
    return Check(name="address", is_good=True, found=f"{address} is free")


def status_of(address: str, tls_ca: str | None) -> "GetLedgerStatusResponse":
    """What the router says that answers there. Refuses with CommandFailed where none does."""
    from router.api.v1.ledger_pb2 import GetLedgerStatusRequest
    from router.api.v1.ledger_pb2_grpc import LedgerServiceStub

    with connected(address, tls_ca) as channel:
        status: GetLedgerStatusResponse = LedgerServiceStub(channel).GetLedgerStatus(
            GetLedgerStatusRequest(), timeout=SECONDS
        )
    return status
