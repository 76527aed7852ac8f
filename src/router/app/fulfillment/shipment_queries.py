"""Questions about shipments."""

from router.app.answers.fulfillment import ShipmentRecord
from router.app.customers.customer_queries import CustomerQueries
from router.app.fulfillment.labels import Label, labels_of
from router.app.fulfillment.packing_of import packing_in_force
from router.app.fulfillment.pick_lists import PickList, on_no_wave, pick_list
from router.app.fulfillment.planned_shipments import node_now, planned_shipment
from router.app.fulfillment.shipment_records import records_of, stored_shipment
from router.app.ports.store import Store
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.app.records.filters import ShipmentFilter
from router.app.records.ids import wave_id_of
from router.domain.reasons import Reason, RouterError


class ShipmentQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_shipment(self, shipment_id: str) -> ShipmentRecord:
        """Refuses with ORDER_NOT_FOUND."""
        with self._store.reader() as reader:
            return stored_shipment(reader, shipment_id)

    def get_tracking(self, shipment_id: str, tracking_number: str) -> ShipmentRecord:
        """By its id or, when that is empty, by what the carrier calls it. Refuses with ORDER_NOT_FOUND."""
        with self._store.reader() as reader:
            if not shipment_id:
                same = reader.list_shipments(None, 100, ShipmentFilter(tracking_number=tracking_number))
                if not same:
                    raise RouterError(
                        Reason.ORDER_NOT_FOUND,
                        f"no shipment has the tracking number `{tracking_number}`",
                        tracking_number=tracking_number,
                    )
                shipment_id = same[-1].id
            return stored_shipment(reader, shipment_id)

    def pick_list(self, wave_id: str, shipment_id: str = "") -> PickList:
        """Of a wave or, when a shipment is named, of its wave. Refuses with PICK_WAVE_NOT_FOUND."""
        with self._store.reader() as reader:
            if shipment_id:
                account = stored_shipment(reader, shipment_id).account
                if not account.wave:
                    raise on_no_wave(account)
                wave_id = wave_id_of(account.wave)
            return pick_list(reader, wave_id)

    def labels(self, shipment_id: str) -> tuple[Label, ...]:
        """One for each parcel, with the recipient as long as that may be known. Refuses with ORDER_NOT_FOUND, and with
        ORDER_STATE_FORBIDS a shipment of which nothing is left.
        """
        with self._store.reader() as reader:
            record = stored_shipment(reader, shipment_id)
            account, about = record.account, planned_shipment(reader, record)
            node = node_now(reader, account.node_id)
            packing = packing_in_force(reader.find_packing(shipment_id), record)
        recipient = CustomerQueries(self._store).find_recipient(account.order_id)
        labels = labels_of(record, about.order, about.planned, node, recipient, about.products, packing)
        if not labels:
            raise RouterError(
                Reason.ORDER_STATE_FORBIDS,
                f"shipment `{shipment_id}` is {account.state.name}, nothing of it is left to be labeled",
                shipment_id=shipment_id,
                state=account.state.name,
            )
        return labels

    def list_shipments(self, page_size: int, page_token: str, where: ShipmentFilter) -> Page[ShipmentRecord]:
        """In the order of planning."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            page = page_of(reader.list_shipments(after, size + 1, where), size, lambda one: one.number)
            records = tuple(records_of(reader, page.items))
        return Page(items=records, next_page_token=page.next_page_token)
