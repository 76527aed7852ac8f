"""Processor time of processes that this one only watches."""

import os
from pathlib import Path


def seconds_of_tree(pid: int) -> float:
    """User and system time so far of a process, of all that it started, and of those of them that have ended."""
    # SOURCE: proc_pid_stat(5): utime, stime, and both of the children that were waited for.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(map(seconds_of_tree, children_of(pid)))


def children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
