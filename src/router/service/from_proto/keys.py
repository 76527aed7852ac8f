"""Idempotency keys and names of single things."""

from router.domain.reasons import Reason
from router.service.faults import Faults


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


def optional_names(**names: str) -> None:
    """Refuse names that could not be any; empty ones mean all."""
    faults = Faults()
    for name, value in names.items():
        faults.text(value, "", name)
    faults.raise_if_any()
