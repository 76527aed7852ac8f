"""Examples of refusals: picking, carriers and delays."""

from collections.abc import Mapping

from router.domain.reasons import Reason
from router.service.reason_examples.example import Example

SHIPMENTS: Mapping[Reason, Example] = {
    Reason.SERIAL_ALREADY_GONE: Example(
        given="the red clock with the number SN-1 left with `cart-3`",
        call="DispatchShipment",
        body='{"requestId": "key-17", "shipmentId": "A-1/1", "serials": [{"lineId": "1", "serials": ["SN-1"]}]}',
        says="serial `SN-1` of `RED-CLOCK` left already with `cart-3`",
        then="look at the unit again; `router ledger serials --sku RED-CLOCK --serial SN-1` shows where it went",
    ),
    Reason.WRONG_ITEM: Example(
        given="shipment A-3/1 is being picked and expects a red clock",
        call="ConfirmPick",
        body='{"requestId": "pick-1", "shipmentId": "A-3/1", "sku": "TIN-LAMP", "quantity": "1"}',
        says="1 of `TIN-LAMP` were scanned for shipment `A-3/1`, it expects",
        then="put it back and take what the message names; `GetPickList` shows all that is left to fetch",
    ),
    Reason.PICK_WAVE_NOT_FOUND: Example(
        call="GetPickList",
        body='{"waveId": "w-404"}',
        says="no pick wave has the id `w-404`",
        then="use the id that `CreatePickWave` answered",
    ),
    Reason.BOOKING_NOT_FOUND: Example(
        call="VoidBooking",
        body='{"shipmentId": "A-3/1", "requestId": "key-void"}',
        says="shipment `A-3/1` was never booked with a carrier; book it first",
        then="see what is booked with `ListBookings`",
    ),
    Reason.BOOKING_EXISTS: Example(
        given="the shipment was booked with another key",
        says="void that booking before you book it again",
        then="take the tracking number as it is, or call `VoidBooking` first",
    ),
    Reason.BOOKING_STATE_FORBIDS: Example(
        given="the shipment is on a manifest",
        says="it cannot be voided any more",
        then="stop the parcel at the carrier; the goods come back as a return",
    ),
    Reason.CARRIER_NOT_SERVED: Example(
        given="the server was started without --carriers",
        call="BookShipment",
        body='{"shipmentId": "A-3/1", "requestId": "key-book"}',
        says="nobody here takes bookings; start the server with --carriers URL",
        then="start the server with `--carriers`, or give `DispatchShipment` the tracking number yourself",
    ),
    Reason.CARRIER_DECLINED: Example(
        given="the carrier takes no parcel of this weight",
        says="mend that or let another service level take it",
        then="mend what its code names (pack it in more boxes), then book again with a new `request_id`",
    ),
    Reason.CARRIER_UNREACHABLE: Example(
        given="the carrier does not answer",
        says="send the same request again, it asks under the same key",
        then="send the same request with the same `request_id` again",
    ),
    Reason.NO_BOX_FITS: Example(
        given="no boxes were put",
        call="PackShipment",
        body='{"shipmentId": "A-3/1", "requestId": "key-pack"}',
        says="no boxes were put yet; put them with PutBoxes",
        then="put a box that the named product fits, or its true sizes with `PutProducts`",
    ),
    Reason.DELAY_NOT_FOUND: Example(
        call="GetDelay",
        body='{"orderId": "A-0"}',
        says="order `A-0` has no delay",
        then="list what there is: `router delay list`; report one: `router delay report A-1 --reason SUPPLIER`",
    ),
    Reason.DELAY_MOVED: Example(
        given="order `LATE-1` was reported late twice",
        call="AnswerDelay",
        body='{"orderId": "LATE-1", "answer": "DELAY_ANSWER_CONSENT", "noticeNumber": 1, "requestId": "key-180"}',
        says="notice 1 of order `LATE-1` is answered, notice 2 is the last one",
        then="show the customer what `GetDelay` returns, and send the answer with its notice number",
    ),
}
