"""Ids that people see, and the numbers in them."""

from router.domain.identifiers import DecisionId, OrderId
from router.domain.reasons import Reason, RouterError


def wave_id_of(number: int) -> str:
    """`w-` and at least twelve digits; rises with the order of creating."""
    return f"w-{number:012d}"


def wave_number_of(wave_id: str) -> int:
    """The number in the id of a pick wave; 0 for what cannot be one."""
    digits = wave_id.removeprefix("w-")
    is_one = wave_id.startswith("w-") and digits.isascii() and digits.isdigit() and len(digits) <= 18
    return int(digits) if is_one else 0


def decision_id_of(number: int) -> DecisionId:
    """`d-` and at least twelve digits; rises with the order of deciding."""
    return DecisionId("d-" + str(number).zfill(12))


def number_in(decision_id: DecisionId) -> int:
    """The number of an id that `decision_id_of` gave."""
    return int(decision_id[2:])


def decision_number_of(decision_id: str) -> int:
    """The number in a decision's id. Refuses with DECISION_NOT_FOUND what cannot be one."""
    digits = decision_id.removeprefix("d-")
    if not (decision_id.startswith("d-") and digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise RouterError(
            Reason.DECISION_NOT_FOUND,
            f"no decision has the id `{decision_id}`; ids read like `{decision_id_of(42)}`",
            decision_id=decision_id,
        )
    return int(digits)


def parse_shipment_id(shipment_id: str) -> tuple[OrderId, int]:
    """Order and number of a shipment's id; an order's own id may hold slashes. Refuses with INVALID_REQUEST."""
    order_id, slash, number = shipment_id.rpartition("/")
    if not (order_id and slash and number.isascii() and number.isdigit() and len(number) <= 9):
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"`{shipment_id}` names no shipment; shipments are named `<order_id>/<number>`",
            shipment_id=shipment_id,
        )
    return OrderId(order_id), int(number)
