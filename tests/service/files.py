"""Resources as files: how tests take them out of a server and put them in."""

from collections.abc import Iterator

from router.api.v1 import resources_pb2 as pb
from tests.service.harness import Client

CSV, JSON_LINES = pb.ROW_FORMAT_CSV, pb.ROW_FORMAT_JSON_LINES


def exported(
    client: Client, resource: str, row_format: "pb.RowFormat.ValueType" = CSV, *, personal: bool = False
) -> tuple[bytes, pb.ExportResourceResponse]:
    """The whole file, and the last piece of the answer."""
    request = pb.ExportResourceRequest(resource=resource, format=row_format, with_personal_data=personal)
    pieces = list(client.resources.ExportResource(request))
    return b"".join(piece.content for piece in pieces), pieces[-1]


def imported(
    client: Client,
    resource: str,
    content: bytes,
    row_format: "pb.RowFormat.ValueType" = CSV,
    *,
    key: str = "import",
    dry: bool = False,
) -> pb.ImportResourceResponse:
    """The file sent in pieces of 1,000 bytes."""
    return client.resources.ImportResource(pieces_of(resource, content, row_format, key, dry=dry))


def pieces_of(
    resource: str, content: bytes, row_format: "pb.RowFormat.ValueType", key: str, *, dry: bool
) -> Iterator[pb.ImportResourceRequest]:
    header = pb.ImportHeader(resource=resource, format=row_format, request_id=key, validate_only=dry)
    yield pb.ImportResourceRequest(header=header)
    for start in range(0, len(content), 1_000):
        yield pb.ImportResourceRequest(content=content[start : start + 1_000])
