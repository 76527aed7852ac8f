"""The packer: has a library find how a shipment fits in boxes, has that judged, and then booked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from msgspec import structs

from router.app.answers.answer import Answered
from router.app.carriers.carrier_queries import CarrierQueries, ToPack
from router.app.carriers.check_packing import find_faults
from router.app.commands.carriers import PackShipment
from router.app.engine_port import Engine
from router.domain.box import Box, PackedBox, Unit
from router.domain.identifiers import Sku
from router.domain.reasons import Reason, RouterError

UNITS_MAX = 500
"""LIMIT: of more units in one shipment nobody computes how they lie."""


class DoesNotFit(Exception):
    """A unit of this SKU fits in no box."""

    def __init__(self, sku: Sku) -> None:
        super().__init__(sku)
        self.sku = sku


class Cartonizer(Protocol):
    """Finds boxes for units, and the same ones for the same units. Raises DoesNotFit."""

    def __call__(self, units: Sequence[Unit], boxes: Sequence[Box]) -> tuple[PackedBox, ...]: ...


class Packer:
    """Any thread may ask."""

    def __init__(self, queries: CarrierQueries, engine: Engine, cartonize: Cartonizer) -> None:
        self._queries = queries
        self._engine = engine
        self._cartonize = cartonize

    def pack(self, command: PackShipment) -> Answered:
        """Refuses with ORDER_NOT_FOUND, NO_BOX_FITS, and what the engine refuses."""
        if not self._queries.is_answered(command.request_id):
            boxes = self.find(command.shipment_id)
            command = replace(command, boxes=boxes)
        return self._engine.submit(command).result()

    def find(self, shipment_id: str) -> tuple[PackedBox, ...]:
        """How the shipment fits; no box for one that has nothing left. Nothing is booked."""
        asked = self._queries.to_pack(shipment_id)
        if not asked.units:
            return ()
        if len(asked.units) > UNITS_MAX:
            raise RouterError(
                Reason.NO_BOX_FITS,
                f"shipment `{shipment_id}` has {len(asked.units):,} units, at most {UNITS_MAX:,} are packed by"
                " computation; pack it by hand",
                shipment_id=shipment_id,
            )
        boxes = allowed(asked)
        try:
            found = self._cartonize(asked.units, boxes)
        except DoesNotFit as error:
            raise RouterError(
                Reason.NO_BOX_FITS,
                f"product `{error.sku}` of shipment `{shipment_id}` fits in none of the {len(boxes)} boxes, by size or"
                " weight; put a larger one with PutBoxes, or check its sizes",
                sku=error.sku,
            ) from error
        faults = list(find_faults(asked.units, boxes, found))
        assert not faults, faults[0]
        return found


def allowed(asked: ToPack) -> tuple[Box, ...]:
    """The boxes, full to no more than the service level carries."""
    limit = asked.parcel_weight_grams_max
    if not limit:
        return asked.boxes
    return tuple(
        structs.replace(one, weight_grams_max=min(one.weight_grams_max, limit))
        for one in asked.boxes
        if one.tare_grams < limit
    )
