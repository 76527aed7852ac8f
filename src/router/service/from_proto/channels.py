"""Channels."""

from router.api.v1 import channels_pb2
from router.app.commands.documents import PutChannels
from router.domain.channel import OTHER, Channel
from router.domain.limits import CHANNELS_MAX
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of


def put_channels(request: channels_pb2.PutChannelsRequest) -> PutChannels:
    """The command to add or replace channels."""
    faults = Faults()
    channels: list[Channel] = []
    if faults.count_of(request.channels, "", "channels", 1, CHANNELS_MAX):
        channels = [
            _channel(message, f"channels[{index}].", faults) for index, message in enumerate(request.channels)
        ]
        faults.unique([channel.id for channel in channels], "", "channels", "channel_id")
    command = PutChannels(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        channels=tuple(channels),
    )
    faults.raise_if_any()
    return command


def _channel(message: channels_pb2.Channel, at: str, faults: Faults) -> Channel:
    return Channel(
        id=faults.identifier(message.channel_id, at, "channel_id"),
        name=faults.text(message.name, at, "name"),
        kind=_kind(message.kind, at, faults),
        is_closed=message.closed,
        needs_payment=message.payment_required,
    )


def _kind(number: int, at: str, faults: Faults) -> str:
    """`WEB`; OTHER where none is named."""
    words = channels_pb2.ChannelKind.keys()
    if not 0 <= number < len(words):
        faults.add(at + "kind", "UNKNOWN_VALUE", f"kind is {number}, must be one of {', '.join(words)}")
        return OTHER
    return words[number].removeprefix("CHANNEL_KIND_") if number else OTHER
