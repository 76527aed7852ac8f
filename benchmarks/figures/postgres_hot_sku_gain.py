"""Orders of one SKU booked a second on PostgreSQL, beside reservations of one row by one statement each."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from benchmarks.booking import drive
from benchmarks.on_postgres import CLIENTS, a_filled_database, an_engine, orders
from benchmarks.runs import figure_of
from tests.app.first_come import first_come

GOAL = 25
SESSIONS = 16

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
    """The gain of several runs on the same cluster, one after the other."""
    pairs = []
    with a_filled_database() as (cluster, database):
        alone = cluster.create_database()
        with psycopg.connect(alone, autocommit=True) as connection:
            connection.execute(TABLES)
        with an_engine(database, route=first_come) as engine:
            drive(engine, orders(500, "hot-warm", is_hot=True), 4 * CLIENTS)
            for run in range(7 if full else 3):
                commands = orders(4_000 if full else 2_000, f"hot-{run}", is_hot=True)
                booked = len(commands) / drive(engine, commands, 4 * CLIENTS)
                pairs.append((booked, statements_per_second(alone, 2_000 if full else 800)))
    return figure_of(
        "postgres_hot_sku_gain",
        [booked / single for booked, single in pairs],
        "times",
        GOAL,
        orders_per_second=round(max(booked for booked, _ in pairs)),
        statements_per_second=round(max(single for _, single in pairs)),
    )


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
