"""Idempotency keys, and names of things."""

from collections.abc import Sequence

from router.domain.identifiers import ServiceLevelId
from router.domain.limits import PROMISES_MAX
from router.domain.reasons import Reason
from router.service.faults import Faults, shown


def request_id_of(value: str, faults: Faults, *, required: bool = True) -> str:
    """The client's key, which everything that writes must carry."""
    if value or not required:
        return faults.identifier(value, "", "request_id") if value else value
    faults.add(
        "request_id",
        Reason.REQUEST_ID_REQUIRED.value,
        "request_id is empty, must be a key of your own; repeat a call with the same key to be safe",
    )
    return value


def name_of(value: str, name: str) -> str:
    """An id that stands alone in a request."""
    faults = Faults()
    faults.identifier(value, "", name)
    faults.raise_if_any()
    return value


def shipment_id_of(value: str, name: str, faults: Faults) -> str:
    """`<order_id>/<number>`; an order's own id may hold slashes."""
    order_id, slash, number = value.rpartition("/")
    if not (slash and number.isascii() and number.isdigit() and len(number) <= 6):
        faults.add(
            name,
            "NOT_A_SHIPMENT",
            f"{name} is {shown(value)}, must be `<order_id>/<number>`, as in the plan's `shipments`",
        )
    else:
        faults.identifier(order_id, "", name)
    return value


def optional_names(**names: str) -> None:
    """Refuse names that could not be any; empty ones mean all."""
    faults = Faults()
    for name, value in names.items():
        faults.text(value, "", name)
    faults.raise_if_any()


def chosen_levels(ids: Sequence[str], at: str, faults: Faults) -> tuple[ServiceLevelId, ...]:
    """Service levels by their ids, each once; none at all where they are too many."""
    name = "service_level_ids"
    if not ids:
        return ()
    if not faults.count_of(ids, at, name, 0, PROMISES_MAX):
        return ()
    faults.unique(ids, at, name)
    return tuple(
        ServiceLevelId(faults.identifier(one, at, f"{name}[{index}]")) for index, one in enumerate(ids)
    )
