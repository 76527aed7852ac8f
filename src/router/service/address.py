"""Where a server may listen, and where a client may find it."""

import ipaddress


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach `address` (`host:port`, `[::1]:port` or `unix:path`)."""
    if address.startswith("unix:"):
        return True
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def with_port(address: str, port: int) -> str:
    """`address` with the port that was really bound, which matters when 0 was asked for."""
    if address.startswith("unix:"):
        return address
    return f"{address.rpartition(':')[0]}:{port}"
