"""Calls come at their own pace, and a server that stands still is seen by all who were due meanwhile."""

import asyncio
import time

import grpc
import pytest

from router.simulation.loading.open_loop import drive, instants, load_facts
from router.simulation.loading.page import load_page


class Refused(grpc.RpcError):
    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_pause_of_the_server_is_in_the_wait_of_all_who_were_due_in_it() -> None:
    """One caller at a time would have seen one slow call; here more than half of a second's calls wait."""
    begun = time.perf_counter()

    async def call(number: int) -> None:
        since = time.perf_counter() - begun
        if 0.3 < since < 0.9:
            await asyncio.sleep(0.9 - since)

    load = asyncio.run(drive(call, rate=200, seconds=1.0, is_steady=True))

    assert load.accepted == load.due == 199
    assert load.waits.percentile(50) > 10_000
    assert load.waits.percentile(99) > 350_000


def test_counts_refusals_by_their_status_and_not_as_waits() -> None:
    async def call(number: int) -> None:
        if number % 2:
            raise Refused

    load = asyncio.run(drive(call, rate=500, seconds=0.4, is_steady=True))

    assert load.refused["RESOURCE_EXHAUSTED"] + load.accepted == load.due
    assert abs(load.refused["RESOURCE_EXHAUSTED"] - load.accepted) <= 1
    assert load.waits.count == load.accepted


def test_what_is_due_while_it_warms_up_is_not_counted() -> None:
    called = []

    async def call(number: int) -> None:
        called.append(number)

    load = asyncio.run(drive(call, rate=100, seconds=0.3, warm_seconds=0.5, is_steady=True))

    assert len(called) > load.due
    assert 28 <= load.due <= 31


def test_another_failure_ends_the_run() -> None:
    async def call(number: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(drive(call, rate=100, seconds=30, is_steady=True))


def test_instants_are_those_of_the_seed_and_about_as_many_as_the_rate_says() -> None:
    some = list(instants(100, 50, seed=3))

    assert some == list(instants(100, 50, seed=3)) != list(instants(100, 50, seed=4))
    assert 4_700 < len(some) < 5_300
    assert some == sorted(some)


def test_the_page_needs_nothing_from_elsewhere_and_says_what_was_refused() -> None:
    async def call(number: int) -> None:
        if number == 3:
            raise Refused

    page = load_page(load_facts(asyncio.run(drive(call, rate=200, seconds=0.2, is_steady=True))), "a <run>")

    assert "1 RESOURCE_EXHAUSTED" in page
    assert "a &lt;run&gt;" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert page.count("<svg") == 3
