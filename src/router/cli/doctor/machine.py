"""The address: free, or a router answers there already, and how that is."""

import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

from router.cli.doctor.report import Check

if TYPE_CHECKING:
    from router.api.v1.ledger_pb2 import GetLedgerStatusResponse

SECONDS = 3


def check_address(address: str) -> Iterator[Check]:
    """Of a router that answers there, also whether it writes and believes its clock."""
    if address.startswith("unix:"):
        yield Check(name="address", is_good=True, found=f"{address}, not looked at")
    elif (status := status_of(address)) is None:
        yield check_free(address)
    else:
        yield Check(name="address", is_good=True, found=f"a router answers at {address}")
        yield check_writes(status)
        yield check_server_clock(status)


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
    fix = "stop what listens there, or take another address with --address"
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


def status_of(address: str) -> "GetLedgerStatusResponse | None":
    """What the router says that answers there without TLS; None if none does."""
    import grpc

    from router.api.v1.ledger_pb2 import GetLedgerStatusRequest
    from router.api.v1.ledger_pb2_grpc import LedgerServiceStub

    with grpc.insecure_channel(address) as channel:
        try:
            return LedgerServiceStub(channel).GetLedgerStatus(GetLedgerStatusRequest(), timeout=SECONDS)
        except grpc.RpcError:
            return None
