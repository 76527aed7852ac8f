"""Channels."""

from router.api.v1 import channels_pb2
from router.domain.channel import Channel


def channel_message(channel: Channel) -> channels_pb2.Channel:
    return channels_pb2.Channel(
        channel_id=channel.id,
        name=channel.name,
        kind=channels_pb2.ChannelKind.Value(f"CHANNEL_KIND_{channel.kind}"),
        closed=channel.is_closed,
        payment_required=channel.needs_payment,
    )
