"""What is asked about the journal."""

from router.api.v1 import ledger_pb2 as pb
from router.app.commands.stock import CorrectEntry
from router.domain.limits import TEXT_LENGTH_MAX
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.from_proto.orders import POSITION_MAX
from router.service.parse import digest_of

REASON_LENGTH_MAX = TEXT_LENGTH_MAX // 2


def correct_entry(request: pb.CorrectEntryRequest) -> CorrectEntry:
    """The command to reverse an entry; who and why are part of it."""
    faults = Faults()
    if not request.reason:
        faults.add("reason", "REQUIRED", "reason is empty, must say why the entry was a mistake")
    command = CorrectEntry(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        position=faults.whole(request.position, "", "position", 1, POSITION_MAX),
        author=faults.identifier(request.author, "", "author"),
        reason=faults.text(request.reason, "", "reason", REASON_LENGTH_MAX),
    )
    faults.raise_if_any()
    return command


def position_of(value: int) -> int:
    """A position in the journal, 0 for now."""
    faults = Faults()
    faults.whole(value, "", "position", 0, POSITION_MAX)
    faults.raise_if_any()
    return value
