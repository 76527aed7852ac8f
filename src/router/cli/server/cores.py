"""Which cores a server runs on, so that others of the machine (a database, clients) have theirs."""

import os
from collections.abc import Sequence

from router.cli.failures import CommandFailed, Exit


def refuse_strange_cores(cores: Sequence[int]) -> None:
    """Cores that this process may not use."""
    if not cores:
        return
    if not hasattr(os, "sched_setaffinity"):
        raise CommandFailed(
            Exit.USAGE, "--pin needs a system that lets a process choose its cores, as Linux does"
        )
    allowed = sorted(os.sched_getaffinity(0))
    if strange := sorted(set(cores) - set(allowed)):
        raise CommandFailed(
            Exit.USAGE,
            f"--pin names core {strange[0]}; this process may use {', '.join(map(str, allowed))}",
        )


def stay_on(cores: Sequence[int]) -> None:
    """Run on these cores from now on, with every thread that is started; wherever the system likes if none."""
    refuse_strange_cores(cores)
    if cores:
        os.sched_setaffinity(0, cores)


def cores_of(cores: Sequence[int], place: int) -> str:
    """The core of one process of several, as `--pin` takes it: each has the next one, by turns if they are few."""
    return str(cores[place % len(cores)]) if cores else ""
