"""Serial numbers, and what is asked about them."""

from collections.abc import Iterable

from router.api.v1 import ledger_pb2, order_pb2
from router.domain.identifiers import LineId
from router.domain.limits import LINES_PER_ORDER_MAX, SERIALS_PER_REQUEST_MAX
from router.service.faults import Faults


def line_serials(serials: Iterable[order_pb2.LineSerials], faults: Faults) -> dict[LineId, tuple[str, ...]]:
    """Serial numbers by line, no number of a line twice."""
    listed = list(serials)
    count = sum(len(one.serials) for one in listed)
    if count > SERIALS_PER_REQUEST_MAX:
        faults.add(
            "serials",
            "WRONG_COUNT",
            f"serials have {count:,} numbers together, must have at most {SERIALS_PER_REQUEST_MAX:,}",
        )
        return {}
    if faults.count_of(listed, "", "serials", 0, LINES_PER_ORDER_MAX):
        faults.unique([one.line_id for one in listed], "", "serials", "line_id")
    found: dict[LineId, tuple[str, ...]] = {}
    for index, one in enumerate(listed):
        at = f"serials[{index}]."
        faults.unique(one.serials, at, "serials")
        for number, serial in enumerate(one.serials):
            faults.identifier(serial, at, f"serials[{number}]")
        found[LineId(faults.identifier(one.line_id, at, "line_id"))] = tuple(one.serials)
    return found


def check_serials_asked(request: ledger_pb2.ListSerialsRequest) -> None:
    """Refuse a question that is neither of a reference nor of one unit."""
    faults = Faults()
    if request.reference:
        for name in ("sku", "serial"):
            if getattr(request, name):
                faults.add(name, "CONFLICT", f"{name} is given, must be empty when reference is given")
        faults.text(request.reference, "", "reference")
    elif request.sku or request.serial:
        # A number is one unit's among those of its product only.
        for name, other in (("sku", "serial"), ("serial", "sku")):
            if getattr(request, name):
                faults.identifier(getattr(request, name), "", name)
            else:
                faults.add(
                    name,
                    "REQUIRED",
                    f"{name} is empty, must be given with {other}: one unit is found by both",
                )
    else:
        faults.add("reference", "REQUIRED", "reference is empty, must be given, or else sku and serial")
    faults.raise_if_any()
