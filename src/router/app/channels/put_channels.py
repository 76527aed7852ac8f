"""Put channels: add them, or replace those of the same name. None is ever removed, for its orders stay."""

from router.app.answers.documents import ChannelsPut
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.documents import PutChannels
from router.domain.channel import Channel
from router.domain.identifiers import Instant
from router.ledger.event_kinds import EventKind


def put_channels(books: Books, command: PutChannels, at: Instant) -> tuple[Changes, ChannelsPut]:
    """Each one that is another than before is told."""
    changes = Changes(after=books.head, time=at)
    changes.channels = {channel.id: channel for channel in command.channels}
    for channel in command.channels:
        if books.channels.get(channel.id) != channel:
            changes.tell(EventKind.CHANNEL_CHANGED, subject=channel.id, text=describe(channel))
    return changes, ChannelsPut(channel_count=len(command.channels))


def describe(channel: Channel) -> str:
    """`WEB, open, paid before it leaves`."""
    state = "closed" if channel.is_closed else "open"
    return ", ".join([channel.kind, state, *(["paid before it leaves"] if channel.needs_payment else [])])
