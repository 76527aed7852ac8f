"""The address: free, or a router answers there already."""

import socket

from router.cli.doctor_report import Check

SECONDS = 3


def check_address(address: str) -> Check:
    fix = "stop what listens there, or take another address with --address"
    if address.startswith("unix:"):
        return Check(name="address", is_good=True, found=f"{address}, not looked at")
    host, _, port = address.rpartition(":")
    if answers(address):
        return Check(name="address", is_good=True, found=f"a router answers at {address}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host.strip("[]"), int(port)))
    except (OSError, ValueError, OverflowError) as error:
        said = getattr(error, "strerror", None) or str(error)
        return Check(name="address", is_good=False, found=f"{address}: {said}", fix=fix)
    return Check(name="address", is_good=True, found=f"{address} is free")


def answers(address: str) -> bool:
    """Whether a router's ledger answers there without TLS."""
    import grpc

    from router.api.v1.ledger_pb2 import GetLedgerStatusRequest
    from router.api.v1.ledger_pb2_grpc import LedgerServiceStub

    with grpc.insecure_channel(address) as channel:
        try:
            LedgerServiceStub(channel).GetLedgerStatus(GetLedgerStatusRequest(), timeout=SECONDS)
        except grpc.RpcError:
            return False
    return True
