"""Channels over the wire and at the terminal."""

from collections.abc import Iterator

import pytest

from router.api.v1 import channels_pb2 as pb
from router.cli.main import run
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 5}})
        yield client


def put(client: Client, *channels: pb.Channel, key: str = "put") -> pb.PutChannelsResponse:
    return client.channels.PutChannels(pb.PutChannelsRequest(channels=channels, request_id=key))


def test_channels_are_put_and_shown_as_they_were_put(client: Client) -> None:
    web = pb.Channel(channel_id="web", name="Shop", kind=pb.CHANNEL_KIND_WEB, payment_required=True)
    till = pb.Channel(channel_id="till", closed=True)

    first, second = put(client, web, till), put(client, web, till)

    assert (first.channel_count, first.replayed, second.replayed) == (2, False, True)
    assert client.channels.GetChannel(pb.GetChannelRequest(channel_id="web")).channel == web
    listed = client.channels.ListChannels(pb.ListChannelsRequest()).channels
    assert [(one.channel_id, one.kind) for one in listed] == [
        ("till", pb.CHANNEL_KIND_OTHER),
        ("web", pb.CHANNEL_KIND_WEB),
    ]


def test_an_order_of_an_unknown_channel_is_refused(client: Client) -> None:
    put(client, pb.Channel(channel_id="till"))

    refused = refusal_of(client.routing.RouteOrder, a_route_request("A-1"))

    assert (refused.code, refused.reason) == ("INVALID_ARGUMENT", "UNKNOWN_CHANNEL")
    assert "known are till" in refused.message


def test_every_fault_is_named(client: Client) -> None:
    channels = [pb.Channel(), pb.Channel(channel_id="a", kind=99), pb.Channel(channel_id="a")]  # type: ignore[arg-type]

    refused = refusal_of(put, client, *channels)

    assert refused.violations == {
        "channels[0].channel_id": "REQUIRED",
        "channels[1].kind": "UNKNOWN_VALUE",
        "channels[2].channel_id": "DUPLICATE",
    }


def test_a_person_puts_and_lists_channels(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    empty = run(["channel", "list", "--address", client.address])
    code = run(["channel", "put", "web", "--kind", "WEB", "--payment-required", "--address", client.address])
    run(["channel", "list", "--address", client.address])

    out = capsys.readouterr().out
    assert (empty, code) == (0, 0)
    assert "no channels were put: every name is one" in out
    assert "web      WEB   open    required  –" in out
