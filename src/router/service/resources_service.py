"""Whole lists as files, out and in."""

from collections.abc import AsyncIterator

from router.api.v1 import resources_pb2 as pb
from router.app.commands.command import Command
from router.app.commands.deciding import RouteOrders
from router.domain.reasons import RouterError
from router.service.calls import Call
from router.service.desk import REVIEW_SECONDS_MAX, Desk
from router.service.faults import Faults
from router.service.resources.exporting import export_rows
from router.service.resources.importing import (
    Asked,
    Step,
    in_rows,
    is_csv,
    plan_of,
    receive,
    refused_orders,
    refused_rows,
    tried,
)
from router.service.resources.resource import Resource
from router.service.resources.table import RESOURCES, resource_of

CHUNK_BYTES = 256 << 10


class ResourcesService:
    """See `resources.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListResources(self, request: pb.ListResourcesRequest, call: Call) -> pb.ListResourcesResponse:
        return pb.ListResourcesResponse(resources=map(resource_message, RESOURCES.values()))

    async def ExportResource(
        self, request: pb.ExportResourceRequest, call: Call
    ) -> AsyncIterator[pb.ExportResourceResponse]:
        faults = Faults()
        as_csv = is_csv(request.format, faults)
        faults.raise_if_any()
        resource = resource_of(request.resource)
        longer = call.extended(REVIEW_SECONDS_MAX)
        made = await self._desk.compute(
            longer,
            export_rows,
            self._desk.queries,
            resource,
            longer.deadline,
            as_csv=as_csv,
            with_personal_data=request.with_personal_data,
        )
        with made.file:
            is_first = True
            while (content := await self._desk.read(call.renewed(), made.file.read, CHUNK_BYTES)) or is_first:
                is_first = False
                yield pb.ExportResourceResponse(
                    content=content,
                    row_count=made.row_count,
                    ledger_position=made.ledger_position,
                    event_position=made.event_position,
                    personal_data=made.has_personal_data,
                )

    async def ImportResource(
        self, requests: AsyncIterator[pb.ImportResourceRequest], call: Call
    ) -> pb.ImportResourceResponse:
        longer = call.extended(REVIEW_SECONDS_MAX)
        asked = await receive(requests)
        steps = await self._desk.compute(longer, plan_of, asked, call.received)
        await self._try(asked, steps, longer)
        response = pb.ImportResourceResponse(
            row_count=sum(len(step.piece.rows) for step in steps), transaction_count=len(steps)
        )
        if not asked.validate_only:
            await self._book(steps, longer, response)
        return response

    async def _try(self, asked: Asked, steps: list[Step], call: Call) -> None:
        """Refuse the whole import where a step that is not booked yet would be refused."""
        for step in steps:
            key = step.piece.request.request_id
            if not asked.validate_only and await self._desk.read(call, self._desk.queries.is_answered, key):
                continue
            try:
                answer, _ = await self._desk.ask(tried(step), call, object)
            except RouterError as error:
                raise in_rows(step, error, "nothing of these rows was booked") from None
            if refused := refused_rows(step, answer):
                raise refused_orders(refused)

    async def _book(self, steps: list[Step], call: Call, response: pb.ImportResourceResponse) -> None:
        response.replayed = True
        done = 0
        for step in steps:
            try:
                answer, replayed = await self._desk.ask(await self._noted(step.command, call), call, object)
            except RouterError as error:
                before = f"the {done:,} rows before are booked" if done else "nothing was booked"
                raise in_rows(step, error, before) from None
            done += len(step.piece.rows)
            response.replayed &= replayed
            for row, refused in refused_rows(step, answer):
                response.row_count -= 1
                response.refused_rows.add(row=row.number, reason=refused.reason, message=refused.message)

    async def _noted(self, command: Command, call: Call) -> Command:
        return await self._desk.note(command, call) if isinstance(command, RouteOrders) else command


def resource_message(resource: Resource) -> pb.Resource:
    return pb.Resource(
        name=resource.name,
        title=resource.title,
        importable=resource.is_importable,
        made_by=resource.made_by,
        columns=[column.name for column in resource.columns],
        key=resource.key,
        personal_columns=resource.personal,
    )
