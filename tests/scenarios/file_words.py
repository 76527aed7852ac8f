"""The words of scenarios about files: orders as shops and partners write them, and whole lists out and in."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from math import inf
from typing import TYPE_CHECKING, Any

from router.api.v1 import resources_pb2 as pb
from router.cli.intake.send import request_of
from router.cli.intake.withdraw import cancellation_of
from router.connectors.intake.captured import Terms
from router.connectors.intake.formats import FORMATS
from router.service.resources.exporting import export_rows
from router.service.resources.importing import plan_of, receive, refused_orders, refused_rows, tried
from router.service.resources.table import resource_of
from tests.scenarios.sentences import fill
from tests.scenarios.words import Core, Look, Verb, asked
from tests.scenarios.worlds import Refused

if TYPE_CHECKING:
    from tests.scenarios.play import Play


def import_rows(core: Core, messages: Iterable[Any]) -> None:
    """All of the file or none of it, as the call does it."""
    steps = plan_of(asyncio.run(receive(in_turn(messages))), core.clock.now())
    for step in steps:
        if refused := refused_rows(step, asked(core, tried(step))):
            raise refused_orders(refused)
    for step in steps:
        asked(core, step.command)


async def in_turn(messages: Iterable[Any]) -> AsyncIterator[Any]:
    for message in messages:
        yield message


def see_rows(core: Core, request: Any) -> list[pb.ExportResourceResponse]:
    made = export_rows(
        core.application.queries,
        resource_of(request.resource),
        inf,
        as_csv=request.format == pb.ROW_FORMAT_CSV,
        with_personal_data=request.with_personal_data,
    )
    with made.file:
        return [pb.ExportResourceResponse(content=made.file.read(), row_count=made.row_count)]


FILE_VERBS: Mapping[str, Verb] = {
    "import": Verb("resources", "ImportResource", "", lambda core, request: None, import_rows),
}
FILE_LOOKS: Mapping[str, Look] = {"file": Look("resources", "ExportResource", "resource", see_rows)}


def take_file(play: "Play", resource: str, words: dict[str, Any]) -> Any:
    """A CSV file, which the step has in `rows` or which was exported before."""
    header = pb.ImportHeader(format=pb.ROW_FORMAT_CSV)
    content = words.pop("rows", None) or play.files[resource]
    fill(header, {"resource": resource, "request id": play.key(), **words})
    part = pb.ImportResourceRequest
    return play.do("import", [part(header=header), part(content=content.encode())])


def export(play: "Play", resource: str, words: dict[str, Any]) -> None:
    """Kept, so that it can be looked at and imported."""
    pieces = play.look("file", resource, format="CSV", **words)
    play.files[resource] = b"".join(piece.content for piece in pieces).decode()


def see_file(play: "Play", resource: str) -> dict[str, Any]:
    """What was exported: its rows with their heading, the columns set apart by commas."""
    rows = play.files[resource].splitlines()
    return {"heading": rows[0], "rows": rows[1:]}


def take_document(play: "Play", form: str, words: dict[str, Any]) -> None:
    """Every order of a document that a shop or partner wrote, as `router intake` takes it; faults are kept."""
    key = str(words.pop("customer key", "")).encode()
    terms = Terms(channel=words.pop("channel"), currency="EUR", customer_key=key)
    found = FORMATS[form](words.pop("document").encode(), terms)
    play.faults = [f"{one.number} {one.code}" for one in found.faults]
    for one in found.orders:
        try:
            play.do("order", request_of(one))
        except Refused as refused:
            play.faults.append(f"{one.order.id} {refused.reason}")
    for over in found.withdrawn:
        try:
            play.do("cancel order", cancellation_of(over))
        except Refused as refused:
            play.faults.append(f"{over.order_id} {refused.reason}")


def see_intake(play: "Play", subject: Any) -> dict[str, Any]:
    """Of the last document."""
    return {"faults": play.faults}
