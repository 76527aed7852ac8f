"""The wall clock jumps an hour or a day, forward and back, or stands still: the ledger's time goes on rising."""

from random import Random

import pytest

from router.app.commands.stock import TrustClock
from router.domain.identifiers import Instant
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, StandingClock, digest
from tests.proof.histories import LongLife
from tests.proving import seeds, under_seed

HOUR = 3_600 * 1_000_000
JUMPS = (0, 0, 1, 1_000, -1, HOUR, -HOUR, 24 * HOUR, -24 * HOUR, 8 * 24 * HOUR)
"""In microseconds. Eight days forward are longer than keys are kept: repeats of older ones are new requests."""


class JumpyLife(LongLife):
    """A life whose clock cannot be trusted. After a jump beyond the keeping of keys it repeats no key from before.

    Now and then somebody says that the clock is right; a router that starts anew believes it, too.
    """

    def before_opening(self) -> None:
        """The jumps are enough."""

    def before_burst(self, shop: Shop) -> None:
        jump = self.random.choice(JUMPS)
        self.clock.instant = Instant(max(1, self.clock.instant + jump))
        if jump == max(JUMPS):
            self.past.clear()
            self.clerk.keys.clear()
        if self.random.random() < 0.1:
            self._let_time_pass()
            shop.ask(TrustClock(request_id=f"trust-{self.count}", body_digest=digest()))
            self.watch.trust()
            self._let_time_pass()
            self.lots.settle(shop)


@pytest.mark.parametrize("seed", seeds(0, 10, 200))
def test_time_in_the_ledger_rises_whatever_the_clock_does(seed: int) -> None:
    with under_seed("whatever_the_clock_does", seed):
        life = JumpyLife(Random(seed), MemoryStore(), StandingClock())
        life.live(300)

        times = [batch.time for batch, _ in life.store.read_journal()]
        assert times == sorted(set(times))
        assert times[-1] >= times[0] + HOUR
