"""Deciding, and explaining what was decided."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

from router.api.messages.orders import order_message
from router.api.v1 import routing_pb2 as pb
from router.api.v1.wave_trade_offs_pb2 import ListWaveTradeOffsRequest, ListWaveTradeOffsResponse
from router.app.answers.decided import OrdersRerouted, RoutedOrders, WaveRouted
from router.app.answers.promises import PromisesQuoted
from router.domain.limits import WAVE_SECONDS_MAX
from router.service.calls import Call
from router.service.certifying import CHUNK_BYTES, certified_orders, export_certificate
from router.service.desk import Desk
from router.service.explaining import explain_decision
from router.service.from_proto.orders import batch_route_orders, decision_name, quote_promise, route_order
from router.service.from_proto.reroutes import pool_filter, reroute_orders
from router.service.from_proto.wave_trade_offs import wave_trade_offs
from router.service.from_proto.waves import WaveAssembly
from router.service.phases import Phases
from router.service.to_proto.promises import promises_response
from router.service.to_proto.reroutes import reroute_response
from router.service.to_proto.routing import batch_response, route_order_response, routed_message
from router.service.to_proto.trade_offs import list_trade_offs
from router.service.to_proto.wave_trade_offs import list_wave_trade_offs
from router.service.to_proto.waves import progress_message, wave_messages


class RoutingService:
    """See `routing.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def RouteOrder(self, request: pb.RouteOrderRequest, call: Call) -> bytes:
        command = await self._desk.note(route_order(request, call.received, call.deadline), call)
        answer, replayed = await self._desk.ask(command, call, RoutedOrders)
        return route_order_response(answer, replayed=replayed)

    async def BatchRouteOrders(self, request: pb.BatchRouteOrdersRequest, call: Call) -> bytes:
        command = await self._desk.note(batch_route_orders(request, call.received, call.deadline), call)
        answer, replayed = await self._desk.ask(command, call, RoutedOrders)
        return batch_response(answer, replayed=replayed)

    async def RouteWave(
        self, requests: AsyncIterator[pb.RouteWaveRequest], call: Call
    ) -> AsyncIterator[pb.RouteWaveResponse]:
        assembly = WaveAssembly(call.received)
        async for request in requests:
            assembly.add(request)
        phases = Phases()
        command = await self._desk.note(assembly.finish(phases.tell, phases.is_heard), call)
        asking = asyncio.ensure_future(self._desk.ask(command, call.extended(WAVE_SECONDS_MAX), WaveRouted))
        async with aclosing(phases.until(asking)) as begun:
            async for standing, elapsed_micros in begun:
                yield progress_message(standing, elapsed_micros)
        answer, replayed = await asking
        for message in wave_messages(answer, replayed=replayed):
            yield message

    async def QuotePromise(self, request: pb.QuotePromiseRequest, call: Call) -> pb.QuotePromiseResponse:
        command = quote_promise(request, call.received)
        answer, _ = await self._desk.ask(command, call, PromisesQuoted)
        return promises_response(answer)

    async def RerouteOrders(self, request: pb.RerouteOrdersRequest, call: Call) -> pb.RerouteOrdersResponse:
        command = reroute_orders(request, self._desk.move_price_minor)
        if request.HasField("pool"):
            page = await self._desk.read(
                call,
                self._desk.queries.pool.list_pool,
                request.page_size,
                request.page_token,
                pool_filter(request.pool),
            )
            command = replace(command, order_ids=page.items, next_page_token=page.next_page_token)
        answer, replayed = await self._desk.ask(command, call, OrdersRerouted)
        return reroute_response(answer, replayed=replayed)

    async def GetDecision(self, request: pb.GetDecisionRequest, call: Call) -> pb.GetDecisionResponse:
        name = decision_name(request.decision_id, request.order_id)
        found = await self._desk.read(call, self._desk.queries.get_decision, **name)
        return pb.GetDecisionResponse(
            routed=routed_message(found.routed), order=order_message(found.decision.inputs.order)
        )

    async def ListTradeOffs(self, request: pb.ListTradeOffsRequest, call: Call) -> pb.ListTradeOffsResponse:
        name = decision_name(request.decision_id, request.order_id)
        return await self._desk.compute(call, list_trade_offs, self._desk.queries, **name)

    async def ListWaveTradeOffs(
        self, request: ListWaveTradeOffsRequest, call: Call
    ) -> ListWaveTradeOffsResponse:
        order_ids, effort = wave_trade_offs(request)
        return await self._desk.compute(call, list_wave_trade_offs, self._desk.queries, order_ids, effort)

    async def ExportCertificate(
        self, request: pb.ExportCertificateRequest, call: Call
    ) -> AsyncIterator[pb.ExportCertificateResponse]:
        order_ids = certified_orders(request)
        text = await self._desk.compute(call, export_certificate, self._desk.queries, order_ids)
        for start in range(0, len(text), CHUNK_BYTES):
            yield pb.ExportCertificateResponse(chunk=text[start : start + CHUNK_BYTES])

    async def ExplainDecision(
        self, request: pb.ExplainDecisionRequest, call: Call
    ) -> pb.ExplainDecisionResponse:
        name = decision_name(request.decision_id, request.order_id)
        return await self._desk.read(
            call, explain_decision, self._desk.queries, with_replay=request.replay, **name
        )
