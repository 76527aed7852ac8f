"""Whether a channel takes an order."""

from collections.abc import Mapping

from router.domain.channel import Channel
from router.domain.order import Order
from router.domain.reasons import Reason


def find_refusal(channels: Mapping[str, Channel], order: Order) -> tuple[Reason, str] | None:
    """Why the order's channel does not take it. Where no channels were put every name is one."""
    if not channels:
        return None
    channel = channels.get(order.channel)
    if channel is None:
        known = ", ".join(sorted(channels)[:10])
        return Reason.UNKNOWN_CHANNEL, (
            f"order `{order.id}` comes from channel `{order.channel}`, which was never put; known are {known}"
        )
    if channel.is_closed:
        return Reason.CHANNEL_CLOSED, (
            f"order `{order.id}` comes from channel `{channel.id}`, which is closed; put it open first"
        )
    return None
