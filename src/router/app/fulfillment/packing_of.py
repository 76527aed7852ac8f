"""Whether a shipment is still packed as it was."""

from collections import Counter

from router.app.answers.fulfillment import ShipmentRecord
from router.ledger.bookings import Packing


def packing_in_force(packing: Packing | None, record: ShipmentRecord) -> Packing | None:
    """The packing, None once the shipment has other units than were packed."""
    if packing is None:
        return None
    packed = Counter(one.line_id for box in packing.boxes for one in box.placements)
    return packing if packed == Counter({one.line_id: one.quantity for one in record.units}) else None
