"""The memory of a server: what lives long is left alone, what came since is looked at less often, and what was freed is
kept for what comes next.

The books, the network and the compiled rules stay as long as the server. What booking makes is freed by its count of
references, for it forms no cycles. So looking for cycles costs a fifth of booking and finds little: by default
it happens every 700 objects, and with everything that is held ever so often. While a server starts, nearly all that
comes stays: looking there takes a tenth of the start.

A batch works on some megabytes of arrays. By default glibc gives what is freed back to the system as soon as it is more
than some hundred kilobytes, and the system clears each page anew when it is needed: 450 of them a batch, 1 us each.
"""

import gc
from ctypes import CDLL, c_int

THRESHOLDS = (100_000, 20, 500)
"""So many more objects until the young are looked at, so many such looks until the older are, and so on for all."""

YOUNG_AT_REST = 5_000
"""So many more objects until the young are looked at when everybody was answered: one to three milliseconds, which
nobody waits for. 100,000 take 25 to 60, and everything stands still.
"""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""SOURCE: malloc.h of glibc. How much is free at the end of a thread's memory; the size of pieces that stand apart."""

FREED_KEPT_BYTES, PIECE_BYTES = 64 << 20, 16 << 20


def look_less_often() -> None:
    """To be called before what stays is loaded and read."""
    gc.set_threshold(*THRESHOLDS)


def spare_what_lives_long() -> None:
    """To be called once, when everything that stays has been read."""
    gc.collect()
    gc.freeze()


def look_for_cycles() -> None:
    """To be called when nobody waits: looks at what came since, if that is much, and at the older every so often."""
    young, looks, _ = gc.get_count()
    if young >= YOUNG_AT_REST and gc.isenabled():
        gc.collect(0 if looks < THRESHOLDS[1] else 1)


def keep_what_is_freed() -> bool:
    """Let each thread keep up to FREED_KEPT_BYTES of freed memory; False where the C library knows no such thing."""
    try:
        mallopt = CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    mallopt.argtypes, mallopt.restype = (c_int, c_int), c_int
    return all((mallopt(M_MMAP_THRESHOLD, PIECE_BYTES), mallopt(M_TRIM_THRESHOLD, FREED_KEPT_BYTES)))
