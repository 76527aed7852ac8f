"""Questions about channels."""

from router.app.ports.store import Store
from router.domain.channel import Channel
from router.domain.reasons import Reason, RouterError


class ChannelQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list_channels(self) -> tuple[Channel, ...]:
        """All of them, by id."""
        with self._store.reader() as reader:
            return tuple(sorted(reader.list_channels().values(), key=lambda channel: channel.id))

    def needs_payment(self, channel_id: str) -> bool:
        """Whether no rule lets its goods leave unpaid; not of a channel that was never put."""
        with self._store.reader() as reader:
            found = reader.list_channels().get(channel_id)
        return found is not None and found.needs_payment

    def get_channel(self, channel_id: str) -> Channel:
        """Refuses with CHANNEL_NOT_FOUND."""
        with self._store.reader() as reader:
            found = reader.list_channels().get(channel_id)
        if found is None:
            raise RouterError(
                Reason.CHANNEL_NOT_FOUND, f"channel `{channel_id}` was never put", channel_id=channel_id
            )
        return found
