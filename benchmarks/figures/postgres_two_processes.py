"""Orders routed a second by two engine processes on one PostgreSQL database, beside one; own goods and a hot one."""

from typing import Any

from benchmarks.on_postgres import a_filled_database, engine_processes, orders_per_second_of
from benchmarks.runs import figure_of

GOAL = 1


def measure(full: bool) -> dict[str, Any]:
    """How many times as many two book; `hot` when all orders want the same good."""
    count = 2_000 if full else 600
    gains, hot_gains = [], []
    best = 0.0
    with a_filled_database() as (_, database), engine_processes(database, ("one", "two")) as both:
        for run in range(5 if full else 3):
            for is_hot, found in ((False, gains), (True, hot_gains)):
                kind = f"{run}-{'hot' if is_hot else 'own'}"
                one = orders_per_second_of(both[:1], f"{kind}-alone", count, is_hot=is_hot)
                two = orders_per_second_of(both, f"{kind}-both", count, is_hot=is_hot)
                found.append(two / one)
                best = max(best, two)
    return figure_of(
        "postgres_two_processes",
        gains,
        "times",
        GOAL,
        hot=round(sorted(hot_gains)[len(hot_gains) // 2], 3),
        orders_per_second=round(best),
    )
