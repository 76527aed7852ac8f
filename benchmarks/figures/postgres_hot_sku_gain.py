"""Units of one good reserved a second on PostgreSQL, beside reservations of one row by one statement each.

Both on the same cluster, in which every commit waits a millisecond before it is synced, as on a disk of that speed.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from benchmarks.booking import drive
from benchmarks.on_postgres import HOT, PLACES, a_filled_database, an_engine
from benchmarks.runs import figure_of
from router.app.commands.reservations import ReserveStock
from router.app.engine.queue import QueueLimits
from router.collector import spare_what_lives_long
from tests.app.builders import reserve_stock
from tests.app.first_come import first_come

GOAL = 25
SESSIONS = 16
CLIENTS = 1_000
"""Reservations under way at the engine."""

SLOW_SYNC = "ALTER ROLE router SET commit_delay = 1000; ALTER ROLE router SET commit_siblings = 0"
"""Microseconds before every sync, whoever else is there."""

TABLES = """
CREATE TABLE hot (id BIGINT PRIMARY KEY, free BIGINT NOT NULL CHECK (free >= 0));
CREATE TABLE held (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hot BIGINT NOT NULL, quantity BIGINT NOT NULL);
INSERT INTO hot VALUES (1, 1000000000);
"""
RESERVE = (
    "WITH taken AS (UPDATE hot SET free = free - 1 WHERE id = 1 AND free >= 1 RETURNING id)"
    " INSERT INTO held (hot, quantity) SELECT id, 1 FROM taken"
)


def measure(full: bool) -> dict[str, Any]:
    """The gain of several runs, one side after the other."""
    pairs = []
    with a_filled_database() as (cluster, database):
        alone = cluster.create_database()
        with psycopg.connect(alone, autocommit=True) as connection:
            connection.execute(TABLES)
            connection.execute(SLOW_SYNC)
        with an_engine(database, route=first_come, limits=QueueLimits()) as engine:
            spare_what_lives_long()
            drive(engine, reservations(4_000, "warm"), CLIENTS)
            for run in range(7 if full else 3):
                commands = reservations(20_000, f"run-{run}")
                booked = len(commands) / drive(engine, commands, CLIENTS)
                pairs.append((booked, statements_per_second(alone, 2_000 if full else 800)))
    return figure_of(
        "postgres_hot_sku_gain",
        [booked / single for booked, single in pairs],
        "times",
        GOAL,
        reservations_per_second=round(max(booked for booked, _ in pairs)),
        statements_per_second=round(max(single for _, single in pairs)),
    )


def reservations(count: int, name: str) -> Sequence[ReserveStock]:
    """Of one unit of the one good at the one place, for a quarter of an hour."""
    return [
        reserve_stock((PLACES[0], HOT, 1), seconds=900, key=f"{name}-{number}") for number in range(count)
    ]


def statements_per_second(database: str, count: int) -> float:
    """Reservations of the one row by sessions that each commit every statement."""

    def reserve(times: int) -> None:
        with psycopg.connect(database, autocommit=True, prepare_threshold=0) as connection:
            for _ in range(times):
                connection.execute(RESERVE)

    with ThreadPoolExecutor(SESSIONS) as pool:
        start = time.perf_counter()
        for done in [pool.submit(reserve, count // SESSIONS) for _ in range(SESSIONS)]:
            done.result()
        return count / (time.perf_counter() - start)
