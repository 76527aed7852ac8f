"""A node acknowledges what it was asked to ship."""

from dataclasses import dataclass

from router.app.commands.write import Write


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeShipment(Write):
    """`reference` is the node's own number for it."""

    shipment_id: str
    reference: str = ""
