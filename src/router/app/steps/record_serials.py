"""Record serial numbers: each belongs to one unit that leaves, and leaves once."""

from collections.abc import Iterable, Mapping, Sequence

from router.app.books.books import Books
from router.app.books.changes import Changes
from router.domain.identifiers import LineId
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.reservations import Reservation
from router.ledger.serials import Serial

Sent = Iterable[tuple[Reservation, int, int]]
"""(part, units, position of the entry by which they left)."""


def record_serials(
    books: Books, changes: Changes, owner: str, sent: Sent, serials: Mapping[LineId, Sequence[str]]
) -> int:
    """Keep the serial numbers of units `sent` for `owner`, and give how many units those are.

    Refuses serials of lines that send nothing, more of them than units, and with SERIAL_ALREADY_GONE one that left.
    """
    count = 0
    left = {line_id: list(named) for line_id, named in serials.items()}
    for part, units, position in sent:
        count += units
        named = left.get(part.line_id, [])
        left[part.line_id] = named[units:]
        for serial in named[:units]:
            refuse_gone(books, part, serial)
            changes.serials.append(
                Serial(
                    sku=part.account.sku,
                    serial=serial,
                    owner=owner,
                    line_id=part.line_id,
                    position=position,
                )
            )
    refuse_surplus(owner, serials, left)
    refuse_doubled(changes)
    return count


def refuse_gone(books: Books, part: Reservation, serial: str) -> None:
    if (gone := books.find_serial(part.account.sku, serial)) is not None:
        raise RouterError(
            Reason.SERIAL_ALREADY_GONE,
            f"serial `{serial}` of `{part.account.sku}` left already with `{gone.owner}` line `{gone.line_id}`;"
            " look at the unit again",
            sku=part.account.sku,
            serial=serial,
            owner=gone.owner,
        )


def refuse_surplus(
    owner: str, serials: Mapping[LineId, Sequence[str]], left: Mapping[LineId, Sequence[str]]
) -> None:
    violations = [
        Violation(
            f"serials[{line_id}]",
            "WRONG_COUNT",
            f"serials has {len(serials[line_id])} entries, must have at most"
            f" {len(serials[line_id]) - len(rest)}: as many units of line `{line_id}` leave",
        )
        for line_id, rest in left.items()
        if rest
    ]
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"`{owner}`: {violations[0].description}; nothing was booked",
            violations=violations,
        )


def refuse_doubled(changes: Changes) -> None:
    """Two lines may be of the same SKU; their units are still different ones."""
    seen: set[tuple[str, str]] = set()
    for one in changes.serials:
        if (one.sku, one.serial) in seen:
            text = f"serial `{one.serial}` of `{one.sku}` is named twice, must be of one unit"
            raise RouterError(
                Reason.INVALID_REQUEST,
                f"{text}; nothing was booked",
                violations=(Violation(f"serials[{one.line_id}]", "DUPLICATE", text),),
            )
        seen.add((one.sku, one.serial))
