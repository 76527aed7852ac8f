"""Import: rows checked and tried before the first is booked, then booked by the calls that book single ones."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from router.api.v1 import resources_pb2 as pb
from router.app.answers.decided import Refused, RoutedOrders
from router.app.commands.command import Command
from router.app.commands.deciding import RouteOrders
from router.app.commands.questions import TryOut
from router.app.commands.write import Write
from router.domain.identifiers import Instant
from router.domain.limits import ID_LENGTH_MAX, IMPORT_BYTES_MAX
from router.domain.reasons import Reason, RouterError, Violation
from router.service.faults import Faults, shown, summarize
from router.service.from_proto.keys import request_id_of
from router.service.resources.read_rows import Row, read_rows
from router.service.resources.resource import Intake, Piece, Resource
from router.service.resources.table import resource_of

KEY_LENGTH_MAX = ID_LENGTH_MAX - 18
"""LIMIT: the key of each transaction is that of the import and its number."""

DOUBLED = "DUPLICATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An import as it was sent."""

    resource: Resource
    content: bytes
    as_csv: bool
    request_id: str
    validate_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One transaction of an import."""

    intake: Intake
    piece: Piece
    command: Command


async def receive(requests: AsyncIterator[pb.ImportResourceRequest]) -> Asked:
    """Put the file together. Refuses what has no header first, what is too large, and what cannot be imported."""
    header: pb.ImportHeader | None = None
    content = bytearray()
    async for request in requests:
        if request.WhichOneof("part") == "header":
            if header is not None:
                raise one_fault("header", "DUPLICATE", "header is given twice, must come once, first")
            header = request.header
            resource_to_import(header.resource)
        elif header is None:
            break
        content += request.content
        if len(content) > IMPORT_BYTES_MAX:
            raise one_fault(
                "content",
                "TOO_LONG",
                f"content has more than {IMPORT_BYTES_MAX:,} bytes, must have at most that; import it in parts",
            )
    if header is None:
        raise one_fault("header", "REQUIRED", "header is absent, must come before the content")
    faults = Faults()
    as_csv = is_csv(header.format, faults)
    request_id_of(header.request_id, faults, required=not header.validate_only)
    if len(header.request_id) > KEY_LENGTH_MAX:
        text = f"request_id has {len(header.request_id)} characters, must have at most {KEY_LENGTH_MAX}"
        faults.add("request_id", "TOO_LONG", text)
    faults.raise_if_any()
    return Asked(
        resource=resource_of(header.resource),
        content=bytes(content),
        as_csv=as_csv,
        request_id=header.request_id,
        validate_only=header.validate_only,
    )


def resource_to_import(name: str) -> Resource:
    """Refuses with RESOURCE_NOT_FOUND, and with RESOURCE_NOT_IMPORTABLE, naming the calls that make its rows."""
    resource = resource_of(name)
    if not resource.is_importable:
        calls = " or ".join(f"`{call}`" for call in resource.made_by)
        raise RouterError(
            Reason.RESOURCE_NOT_IMPORTABLE,
            f"`{name}` can be exported only: its rows come from {calls}; book what happened by these",
            resource=name,
        )
    return resource


def is_csv(row_format: int, faults: Faults) -> bool:
    if row_format not in pb.RowFormat.values():
        words = ", ".join(pb.RowFormat.keys()[1:])
        faults.add("format", "UNKNOWN_VALUE", f"format is {row_format}, must be one of {words}")
    return row_format == pb.ROW_FORMAT_CSV


def plan_of(asked: Asked, received: Instant) -> list[Step]:
    """The transactions of an import. Refuses with INVALID_REQUEST, naming every fault of every row."""
    resource, faults = asked.resource, Faults()
    rows = read_rows(asked.content, resource.message, resource.without, faults, as_csv=asked.as_csv)
    refuse_doubles(resource, rows, faults)
    steps: list[Step] = []
    for takes, intake in resource.intakes:
        taken = [row for row in rows if takes(row.message)]
        pieces = list(intake.pieces(taken))
        if intake.is_whole and len(pieces) > 1:
            text = f"content has {len(taken):,} rows, must have at most {intake.rows_max:,}: they replace what was"
            faults.add("content", "WRONG_COUNT", text)
            continue
        for piece in pieces:
            # A key also where none is needed, so that the same file is the same request either way.
            piece.request.request_id = f"{asked.request_id or 'try'}/{len(steps) + 1}"
            command = command_of(intake, piece, received, faults)
            if command is not None:
                steps.append(Step(intake=intake, piece=piece, command=command))
    faults.raise_if_any()
    return steps


def command_of(intake: Intake, piece: Piece, received: Instant, faults: Faults) -> Command | None:
    try:
        return intake.command(piece.request, received)
    except RouterError as error:
        told = {one.field for one in faults.violations if one.code == DOUBLED}
        for violation in error.violations:
            by_row = intake.by_row(violation, piece)
            # Two rows of one thing are told by their numbers in the file, not again by those in the request.
            if by_row.code != DOUBLED or by_row.field not in told:
                faults.add(by_row.field, by_row.code, by_row.description)
        # Of very many the call names the first ones only.
        named = len(error.violations)
        faults.count += int(error.facts.get("fault_count", named)) - named
        return None


def refuse_doubles(resource: Resource, rows: Sequence[Row], faults: Faults) -> None:
    """No two rows of a file are of the same thing: the later one would silently win."""
    if not resource.key:
        return
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        key = tuple(getattr(row.message, name) for name in resource.key)
        first = seen.setdefault(key, row.number)
        if first != row.number:
            pairs = list(zip(resource.key, key, strict=True))
            given = [(name, value) for name, value in pairs if value] or pairs[-1:]
            words = ", ".join(f"{name} is {shown(str(value))}" for name, value in given)
            text = f"{words}, already given at rows[{first}]"
            faults.add(f"rows[{row.number}].{given[-1][0]}", DOUBLED, text)


def tried(step: Step) -> TryOut | RouteOrders:
    """What finds out whether a step would be refused."""
    if isinstance(step.command, RouteOrders):
        return replace(step.command, validate_only=True)
    assert isinstance(step.command, Write), "what is imported is written"
    return TryOut(command=step.command)


def refused_rows(step: Step, answer: Any) -> list[tuple[Row, Refused]]:
    """Orders that were refused by themselves, with their rows."""
    if not isinstance(answer, RoutedOrders):
        return []
    pairs = zip(step.piece.rows, answer.results, strict=True)
    return [(row, result) for row, result in pairs if isinstance(result, Refused)]


def refused_orders(refused: Sequence[tuple[Row, Refused]]) -> RouterError:
    """The refusal of an import for orders that would be refused."""
    violations = [
        Violation(f"rows[{row.number}].order_id", result.reason, result.message) for row, result in refused
    ]
    return RouterError(
        Reason.INVALID_REQUEST,
        summarize(violations, len(violations)) + "; nothing was booked",
        violations=violations,
        fault_count=len(violations),
    )


def in_rows(step: Step, error: RouterError, before: str) -> RouterError:
    """A refusal in the terms of the file; `before` says what is booked already."""
    first, last = step.piece.rows[0].number, step.piece.rows[-1].number
    where = f"row {first}" if first == last else f"rows {first} to {last}"
    return RouterError(
        error.reason,
        f"{where}: {error.message}; {before}",
        violations=[step.intake.by_row(one, step.piece) for one in error.violations],
        **error.facts,
    )


def one_fault(field: str, code: str, description: str) -> RouterError:
    violation = Violation(field, code, description)
    return RouterError(Reason.INVALID_REQUEST, description, violations=[violation])
