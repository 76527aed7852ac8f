"""How long calls took: counts of microseconds, none of them off by more than a 128th."""

from collections import Counter
from collections.abc import Iterator

SUB_BITS = 7
"""Above 255 microseconds each bucket is a 128th as wide as what it holds, or less."""


class Histogram:
    """Counts of whole microseconds. It stays small however many there are, and two of them add up to one."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self.count = 0
        self.micros_max = 0

    def add(self, micros: int) -> None:
        """One more; less than nothing counts as nothing."""
        micros = max(0, micros)
        self._counts[bucket_of(micros)] += 1
        self.count += 1
        self.micros_max = max(self.micros_max, micros)

    def merge(self, other: "Histogram") -> None:
        """Take in all that the other counted."""
        self._counts.update(other._counts)
        self.count += other.count
        self.micros_max = max(self.micros_max, other.micros_max)

    def percentile(self, percent: float) -> int:
        """Microseconds that `percent` of 100 calls did not exceed (nearest rank); 0 when nothing was counted."""
        wanted = max(1, -int(-self.count * percent // 100))
        for micros, count in self.buckets():
            wanted -= count
            if wanted <= 0:
                return min(micros, self.micros_max)
        return 0

    def buckets(self) -> Iterator[tuple[int, int]]:
        """The most microseconds of each bucket that holds any, and how many it holds; the fastest first."""
        for bucket in sorted(self._counts):
            yield most_of(bucket), self._counts[bucket]


def bucket_of(micros: int) -> int:
    """Where so many microseconds are counted: up to 255 one by one, above by their eight leading bits."""
    shift = max(0, micros.bit_length() - SUB_BITS - 1)
    return (shift << SUB_BITS) + (micros >> shift)


def most_of(bucket: int) -> int:
    """The most microseconds that are counted there."""
    shift = max(0, (bucket >> SUB_BITS) - 1)
    return (((bucket - (shift << SUB_BITS)) + 1) << shift) - 1
