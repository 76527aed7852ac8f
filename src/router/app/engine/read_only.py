"""Read-only: how the engine lives while its store has no room, and how it notices that there is room again."""

from dataclasses import dataclass

from router.app.ports.clock import Clock
from router.app.ports.store import CommitRefused, Store
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError

PROBE_SECONDS = 1.0
"""How often the store is tried while it has no room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOnly:
    """Since when nothing is written, and why."""

    since: Instant
    because: str

    def refusal(self) -> RouterError:
        """What a write hears. Nothing was judged, so its key stays free."""
        return RouterError(
            Reason.READ_ONLY,
            f"nothing is written now, because {self.because}; nothing was done, try again later",
        )


class Room:
    """Whether the store has room, as its last commit or try has shown. One thread changes it, any may look."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._next_probe = 0.0
        self.missing: ReadOnly | None = None

    @property
    def patience(self) -> float | None:
        """For how many seconds the engine may wait for commands before it looks for room; None: for ever."""
        return None if self.missing is None else PROBE_SECONDS

    def run_out(self, error: CommitRefused) -> None:
        """A commit was refused."""
        self.missing = ReadOnly(since=self._clock.now(), because=str(error))
        self._next_probe = self._clock.monotonic() + PROBE_SECONDS

    def look(self) -> bool:
        """Try the store, at most once in PROBE_SECONDS; whether it has room again after it had none.

        Raises CommitFailed when the store is worse than full.
        """
        if self.missing is None or self._clock.monotonic() < self._next_probe:
            return False
        self._next_probe = self._clock.monotonic() + PROBE_SECONDS
        try:
            self._store.probe()
        except CommitRefused:
            return False
        self.missing = None
        return True
