"""What both kinds of client say to gRPC."""

from collections.abc import Sequence

MESSAGE_BYTES_MAX = 64 << 20
LISTENED_SECONDS = 30.0
"""A silent stream that lived so long had somebody at its other end: gRPC gives up connecting after 20 seconds."""


SPREAD = '{"loadBalancingConfig": [{"round_robin": {}}]}'
"""Calls go by turns to all addresses behind a name (`dns:///router.internal:50051`), and past those where nobody is."""


def channel_numbers(connections: int) -> range:
    """A number for each connection. Refuses with ValueError fewer than one: nobody would ever be answered."""
    if connections < 1:
        raise ValueError(f"connections is {connections}, must be at least 1")
    return range(connections)


def channel_options(number: int) -> Sequence[tuple[str, int | str]]:
    """Channels of equal options would share one connection, so each has its number."""
    return (
        ("grpc.service_config", SPREAD),
        ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
        ("grpc.use_local_subchannel_pool", 1),
        ("router_client.connection", number),
        # The client repeats by itself, as the server asks it to.
        ("grpc.enable_retries", 0),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 2_000),
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
    )
