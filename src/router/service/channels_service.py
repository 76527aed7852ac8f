"""Where orders are captured."""

from router.api.v1 import channels_pb2 as pb
from router.app.answers.documents import ChannelsPut
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.channels import put_channels
from router.service.from_proto.keys import name_of
from router.service.to_proto.channels import channel_message


class ChannelsService:
    """See `channels.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def PutChannels(self, request: pb.PutChannelsRequest, call: Call) -> pb.PutChannelsResponse:
        answer, replayed = await self._desk.ask(put_channels(request), call, ChannelsPut)
        return pb.PutChannelsResponse(channel_count=answer.channel_count, replayed=replayed)

    async def GetChannel(self, request: pb.GetChannelRequest, call: Call) -> pb.GetChannelResponse:
        channel_id = name_of(request.channel_id, "channel_id")
        channel = await self._desk.read(call, self._desk.queries.channels.get_channel, channel_id)
        return pb.GetChannelResponse(channel=channel_message(channel))

    async def ListChannels(self, request: pb.ListChannelsRequest, call: Call) -> pb.ListChannelsResponse:
        channels = await self._desk.read(call, self._desk.queries.channels.list_channels)
        return pb.ListChannelsResponse(channels=list(map(channel_message, channels)))
