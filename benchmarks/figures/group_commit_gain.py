"""Orders booked a second when those that wait are committed together, beside one commit a request; 1 ms a sync."""

from typing import Any

from benchmarks.booking import an_engine, drive, on_modelled_disk, orders
from benchmarks.runs import figure_of
from router.app.engine.queue import QueueLimits

GOAL = 15
GOAL_MANY = 30
CLIENTS, MANY_CLIENTS = 32, 128


def measure(full: bool) -> dict[str, Any]:
    """The gain at 32 clients, of several runs; `gain_at_128` likewise with its own goal."""
    pairs = [_pair(CLIENTS, run) for run in range(7 if full else 3)]
    many = [_pair(MANY_CLIENTS, run) for run in range(7 if full else 3)]
    gains = [together / alone for together, alone in pairs]
    gains_many = sorted(together / alone for together, alone in many)
    return figure_of(
        "group_commit_gain",
        gains,
        "times",
        GOAL,
        orders_per_second=round(max(together for together, _ in pairs)),
        orders_per_second_alone=round(max(alone for _, alone in pairs)),
        gain_at_128=round(gains_many[len(gains_many) // 2], 2),
        goal_at_128=GOAL_MANY,
        orders_per_second_at_128=round(max(together for together, _ in many)),
    )


def _pair(clients: int, run: int) -> tuple[float, float]:
    """Orders a second together, and one by one."""
    with on_modelled_disk() as folder:
        with an_engine(folder / "together.sqlite") as engine:
            drive(engine, orders(20 * clients, "warm"), clients)
            commands = orders(100 * clients, f"run-{run}")
            together = len(commands) / drive(engine, commands, clients)
        with an_engine(folder / "alone.sqlite", QueueLimits(batch_commands_max=1)) as engine:
            commands = orders(400, f"run-{run}")
            alone = len(commands) / drive(engine, commands, clients)
    return together, alone
