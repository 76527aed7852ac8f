"""Bookings a second when those that wait are committed together, beside one commit a request; 1 ms a sync.

A booking is a stock reservation of one line, the least that is asked of the ledger: keyed, hashed, told as an event.
Beside it stands the same of orders of three lines with a stand-in for deciding, whose processor time is several times
that.
"""

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.booking import GOODS, NODES, an_engine, drive, on_modelled_disk, orders
from benchmarks.runs import figure_of
from router.app.commands.command import Command
from router.app.engine.queue import QueueLimits
from tests.app.builders import reserve_stock

GOAL = 15
GOAL_MANY = 30
CLIENTS, MANY_CLIENTS = 32, 128

Requests = Callable[[int, str], Sequence[Command]]


def measure(full: bool) -> dict[str, Any]:
    """The gain at 32 clients, of several runs; `gain_at_128` likewise with its own goal; `orders_…`: of orders."""
    runs = range(7 if full else 3)
    pairs = [_pair(reservations, CLIENTS, run) for run in runs]
    many = [_pair(reservations, MANY_CLIENTS, run) for run in runs]
    return figure_of(
        "group_commit_gain",
        [together / alone for together, alone in pairs],
        "times",
        GOAL,
        bookings_per_second=round(max(together for together, _ in pairs)),
        bookings_per_second_alone=round(max(alone for _, alone in pairs)),
        gain_at_128=_median_gain(many),
        goal_at_128=GOAL_MANY,
        bookings_per_second_at_128=round(max(together for together, _ in many)),
        orders_gain=_median_gain([_pair(orders, CLIENTS, run) for run in runs]),
        orders_gain_at_128=_median_gain([_pair(orders, MANY_CLIENTS, run) for run in runs]),
    )


def reservations(count: int, name: str) -> Sequence[Command]:
    """One unit of one good at one node each, over all of them in turn."""
    return [
        reserve_stock(
            (NODES[number % len(NODES)], GOODS[number % len(GOODS)], 1), seconds=900, key=f"{name}-{number}"
        )
        for number in range(count)
    ]


def _pair(requests: Requests, clients: int, run: int) -> tuple[float, float]:
    """Requests a second together, and one by one."""
    with on_modelled_disk() as folder:
        with an_engine(folder / "together.sqlite") as engine:
            drive(engine, requests(20 * clients, "warm"), clients)
            commands = requests(100 * clients, f"run-{run}")
            together = len(commands) / drive(engine, commands, clients)
        with an_engine(folder / "alone.sqlite", QueueLimits(batch_commands_max=1)) as engine:
            commands = requests(400, f"run-{run}")
            alone = len(commands) / drive(engine, commands, clients)
    return together, alone


def _median_gain(pairs: Sequence[tuple[float, float]]) -> float:
    gains = sorted(together / alone for together, alone in pairs)
    return round(gains[len(gains) // 2], 2)
