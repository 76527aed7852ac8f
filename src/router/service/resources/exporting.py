"""Export: all rows of a resource, read at one position into a file of its own, so that no reader waits for a client."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from google.protobuf.message import Message

from router.app.queries import Queries
from router.domain.reasons import Reason, RouterError
from router.service.resources.resource import Resource, View
from router.service.resources.write_rows import holds_personal, lines

KEPT_IN_MEMORY = 8 << 20
"""A larger file is on the disk while it is sent."""


@dataclass(slots=True, kw_only=True)
class Exported:
    """A finished file, to be closed, and what it holds."""

    file: IO[bytes]
    ledger_position: int
    event_position: int
    row_count: int = 0
    has_personal_data: bool = False


def export_rows(
    queries: Queries, resource: Resource, deadline: float, *, as_csv: bool, with_personal_data: bool
) -> Exported:
    """All rows as they stood at one position. Refuses with PERSONAL_DATA_NOT_ASKED, and with DEADLINE_PASSED in time.

    LIMIT: a store in memory books nothing meanwhile; a file of SQLite does not fold its log in.
    """
    if resource.is_all_personal and not with_personal_data:
        raise RouterError(
            Reason.PERSONAL_DATA_NOT_ASKED,
            f"all of `{resource.name}` is personal data; ask for it with `with_personal_data` if you may have it",
            resource=resource.name,
        )
    with_personal_data = with_personal_data and bool(resource.personal)
    hidden = () if with_personal_data else resource.personal
    # Whoever sends the file closes it.
    file: IO[bytes] = SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115
    try:
        with queries.standing() as (standing, reader):
            head = reader.head()
            made = Exported(file=file, ledger_position=head.position, event_position=head.event_position)
            view = View(queries=standing, reader=reader, with_personal_data=with_personal_data)
            rows = counted(resource.read(view), made, resource, deadline)
            columns = [one for one in resource.columns if one.path[0].name not in hidden]
            for line in lines(rows, columns, (*resource.without, *hidden), as_csv=as_csv):
                file.write(line)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return made


def counted(
    messages: Iterator[Message], made: Exported, resource: Resource, deadline: float
) -> Iterator[Message]:
    """The messages, counted as they go by, until nobody waits for them any more."""
    personal = [
        one for one in resource.columns if any(one.path[0].name == name for name in resource.personal)
    ]
    for message in messages:
        if time.monotonic() > deadline:
            raise RouterError(
                Reason.DEADLINE_PASSED,
                f"the deadline passed after {made.row_count:,} rows; allow more time, or read the table of a large"
                " ledger beside the server with `router ledger export`",
            )
        made.row_count += 1
        if personal and not made.has_personal_data:
            made.has_personal_data = holds_personal(message, resource.personal, personal)
        yield message
