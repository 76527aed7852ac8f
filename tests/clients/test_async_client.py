"""The client for asyncio: callers that do not know of each other share batches."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from router_client import AsyncRouter, Patience, Refused, Unanswered

from tests.clients.shops import a_shop, deaf, free_port, order_of_lines, our_order


def test_asynchronous_callers_share_batches_and_hear_their_own_refusals(tmp_path: Path) -> None:
    async def ask(address: str) -> tuple[list[Any], list[Any], list[Any]]:
        async with AsyncRouter(address) as router:
            orders = [our_order(f"A-{number}") for number in range(150)]
            orders[70] = our_order("A-70", "NOBODY-KNOWS")
            routed = await asyncio.gather(*map(router.route, orders), return_exceptions=True)
            alone = await router.route(our_order("ALONE"), request_id="alone")
            again = await router.route(our_order("ALONE"), request_id="alone")
            many = await router.route_all([our_order(f"B-{number}") for number in range(130)])
            events = [event async for event in router.watch(follow=False)]
            return routed, [alone, again, *many], events

    with a_shop(tmp_path, free_port()) as server:
        routed, others, events = asyncio.run(ask(server.address))

    refused = routed.pop(70)
    assert isinstance(refused, Refused)
    assert refused.reason == "UNKNOWN_SKU"
    assert [one.order_id for one in routed] == [f"A-{n}" for n in range(150) if n != 70]
    assert others[0] == others[1]
    assert [one.routed.order_id for one in others[2:]] == [f"B-{number}" for number in range(130)]
    assert sum(event.kind == "ORDER_ROUTED" for event in events) == 149 + 1 + 130


def test_orders_at_fault_do_not_refuse_those_that_travel_with_them(tmp_path: Path) -> None:
    async def ask(address: str) -> list[Any]:
        async with AsyncRouter(address, connections=1) as router:
            # While the first is under way, the others gather.
            orders = [our_order(f"A-{number}") for number in range(8)]
            orders[3], orders[6] = our_order(""), our_order("A-5")
            first = asyncio.ensure_future(router.route(our_order("FIRST")))
            await asyncio.sleep(0)
            return [await first, *await asyncio.gather(*map(router.route, orders), return_exceptions=True)]

    with a_shop(tmp_path, free_port()) as server:
        found = asyncio.run(ask(server.address))

    twice, nameless = found.pop(7), found.pop(4)
    assert nameless.reason == "INVALID_REQUEST"
    assert list(nameless.faults) == ["order.order_id"]
    assert twice.reason == "ORDER_ALREADY_ROUTED"
    assert [one.order_id for one in found] == ["FIRST", *(f"A-{number}" for number in (0, 1, 2, 4, 5, 7))]


def test_orders_of_many_lines_do_not_refuse_each_other(tmp_path: Path) -> None:
    async def ask(address: str) -> list[Any]:
        async with AsyncRouter(address, connections=1) as router:
            return await asyncio.gather(
                *(router.route(order_of_lines(f"A-{number}", 60)) for number in range(90)),
            )

    with a_shop(tmp_path, free_port()) as server:
        routed = asyncio.run(ask(server.address))

    assert [one.order_id for one in routed] == [f"A-{number}" for number in range(90)]


def test_many_at_once_are_told_of_in_the_words_of_the_whole(tmp_path: Path) -> None:
    orders = [our_order(f"A-{number}") for number in range(130)]
    orders[110].lines[0].quantity = 0

    async def ask(address: str) -> None:
        async with AsyncRouter(address) as router:
            await router.route_all(orders, request_id="night")

    with a_shop(tmp_path, free_port()) as server, pytest.raises(Refused) as caught:
        asyncio.run(ask(server.address))

    assert list(caught.value.faults) == ["orders[110].lines[0].quantity"]


def test_a_client_without_connections_is_refused() -> None:
    with pytest.raises(ValueError, match="connections is 0, must be at least 1"):
        AsyncRouter("127.0.0.1:1", connections=0)


def test_closing_the_asynchronous_client_ends_all_waiting() -> None:
    async def close(address: str) -> list[Any]:
        router = AsyncRouter(address, connections=1)
        routes = [asyncio.ensure_future(router.route(our_order(f"A-{number}"))) for number in range(150)]
        await asyncio.sleep(0.1)
        await router.close()
        return await asyncio.wait_for(asyncio.gather(*routes, return_exceptions=True), 30)

    with deaf() as address:
        found = asyncio.run(close(address))

    assert [str(one) for one in found] == ["no answer in time; last: the client was closed"] * 150


def test_an_order_that_traveled_with_others_is_given_no_id_of_the_batch() -> None:
    async def ask(address: str) -> list[Any]:
        async with AsyncRouter(address, patience=Patience(seconds=0.3)) as router:
            routes = map(router.route, [our_order("A-1"), our_order("A-2")])
            return await asyncio.gather(*routes, return_exceptions=True)

    with deaf() as address:
        found = asyncio.run(ask(address))

    assert [type(one) for one in found] == [Unanswered, Unanswered]
    assert {one.request_id for one in found} == {""}
    assert len(set(map(id, found))) == 2
