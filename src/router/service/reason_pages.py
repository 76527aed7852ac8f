"""What each reason of refusal means and what to do: for `router explain REASON` and the page of reasons."""

from collections.abc import Mapping

from router.domain.reasons import Reason

MEANING: Mapping[Reason, str] = {
    Reason.INVALID_REQUEST: (
        "one or more fields are wrong; `BadRequest` lists every one with path, value and limit"
    ),
    Reason.REQUEST_ID_REQUIRED: "a write without `request_id`; send a fresh UUID and keep it for retries",
    Reason.IDEMPOTENCY_KEY_REUSED: "this `request_id` was used with another body; use a new one",
    Reason.UNKNOWN_SKU: "the catalog does not know the product; call `PutProducts` first",
    Reason.UNKNOWN_NODE: "the network does not know the node; call `PutNodes` first",
    Reason.UNKNOWN_SERVICE_LEVEL: "a rule or node names a service level that the network does not have",
    Reason.UNKNOWN_CHANNEL: (
        "once channels are put, an order must name one of them; a misspelled channel would slip past the rules that are"
        " meant for it"
    ),
    Reason.CHANNEL_CLOSED: "the channel takes no new orders; those it has go on as before",
    Reason.CHANNEL_NOT_FOUND: "no channel of that id was put; see `ListChannels`",
    Reason.SUPPLIER_NOT_FOUND: "no supplier of that id was put; see `ListSuppliers`",
    Reason.SUPPLIER_REFUSES: (
        "the supplier is closed, does not offer the product, sells it in other amounts, or takes no order as small as"
        " this; each violation says which line and what it takes"
    ),
    Reason.PURCHASE_ORDER_NOT_FOUND: "no purchase order of that id was placed; see `ListPurchaseOrders`",
    Reason.PURCHASE_ORDER_EXISTS: (
        "a purchase order of that id was placed already; read it with `GetPurchaseOrder`, or use another id"
    ),
    Reason.PURCHASE_ORDER_STATE_FORBIDS: (
        "nothing of the purchase order is to come any more, or it was acknowledged already; the message gives the state"
        " and where this could be done"
    ),
    Reason.CUSTOMER_NOT_FOUND: "no order names the customer; look for a misspelled id",
    Reason.ORDER_NOT_FOUND: "no order of that id was routed here",
    Reason.ORDER_ALREADY_ROUTED: "the order has a decision; read it with `GetDecision`",
    Reason.ORDER_STATE_FORBIDS: (
        "the order's state does not allow this, for example canceling what has left; the message gives "
        "the numbers"
    ),
    Reason.PREVIEW_OUTDATED: (
        "what was previewed is not what would be done now, because stock, rules, the day or the order "
        "changed since; preview again, look, and confirm with the new token and a new `request_id`"
    ),
    Reason.BOOKING_NOT_FOUND: "the shipment was never booked with a carrier, or no manifest has the id",
    Reason.BOOKING_EXISTS: "the shipment is booked already; void that booking before you book it again",
    Reason.BOOKING_STATE_FORBIDS: "the booking was voided, or its shipment was handed over to the carrier",
    Reason.CARRIER_NOT_SERVED: "the server asks no carrier; start it with `--carriers`",
    Reason.CARRIER_DECLINED: (
        "the carrier says no, and why in its own code (`decline_code`): an address that it cannot reach, a parcel "
        "that is too heavy; nothing was booked"
    ),
    Reason.CARRIER_UNREACHABLE: (
        "the carrier did not answer, so whether it booked is unknown; the same request asks again under the same "
        "key and gets the one booking"
    ),
    Reason.NO_BOX_FITS: (
        "no boxes were put, a product has no sizes, or a unit fits no box or is too heavy for all of them; the "
        "message names it"
    ),
    Reason.DECISION_NOT_FOUND: "no decision of that id or order",
    Reason.DOCUMENT_NOT_FOUND: "no product, network or rules of that name or digest",
    Reason.NETWORK_NOT_READY: "no network was put yet; call `PutNetwork`",
    Reason.RULES_INVALID: (
        "the rule files have errors, or a case beside them fails (`CASE_FAILED`); each is a violation "
        "with file, line and column; the rules in force stay in force"
    ),
    Reason.RULES_MOVED: (
        "the rules in force are not those of `expected_active_digest`: somebody activated others since; "
        "the message says who, when and why. Plan again, look at the difference, then send that with a "
        "new `request_id`"
    ),
    Reason.RULES_STATE_FORBIDS: (
        "the version's state does not allow this, for example starting a shadow of a draft, or a second "
        "shadow; the message names the state and what comes before"
    ),
    Reason.NO_EARLIER_RULES: (
        "no version was in force before this one; name the version to go back to with `rules_digest`"
    ),
    Reason.SHADOW_NOT_RUNNING: "no version is in shadow; start one with `StartShadow`",
    Reason.NETWORK_MOVED: (
        "the network in force is not that of `expected_network_digest`; plan again against the one in force"
    ),
    Reason.ENTRY_NOT_FOUND: "the journal has no entry at that position",
    Reason.ENTRY_NOT_CORRECTABLE: (
        "the entry was reversed already, or belongs to an order, a reservation or a transfer and is taken back there;"
        " the message says which"
    ),
    Reason.SINK_NOT_FOUND: (
        "no relay has ever served a sink of that name; `ListSinks` lists those there are"
    ),
    Reason.SNAPSHOT_INCOMPLETE: (
        "the stream ended early, or its counts or its sum do not agree; nothing was booked; send the whole "
        "snapshot again"
    ),
    Reason.FEED_NOT_FOUND: "no feed of that name was ever heard; its first snapshot makes it known",
    Reason.FEED_EPOCH_UNKNOWN: (
        "the message is of a later epoch than the feed is in; if the feed was really restarted, let its next "
        "snapshot say `restart`, then send this again, with the same `request_id`"
    ),
    Reason.FEED_COUNTS_OTHERWISE: (
        "the feed counts by something else in this epoch (sequence, time or nothing); send what it counts by, or "
        "let a snapshot with `restart` begin a new epoch"
    ),
    Reason.FEED_MARK_REUSED: (
        "the feed told another movement of the same product, node and reference at this mark; give every movement "
        "a mark or a reference of its own"
    ),
    Reason.SUSPECT_NOT_FOUND: "no snapshot was kept aside under that id; see `ListSuspectSnapshots`",
    Reason.SUSPECT_STATE_FORBIDS: (
        "the snapshot was judged already, or has waited too long for a feed that counts by nothing; let the feed "
        "send a new one"
    ),
    Reason.TRANSFER_NOT_FOUND: "no transfer of that id was sent; see `ListTransfers`",
    Reason.TRANSFER_EXISTS: "a transfer of that id was sent already; see `ListTransfers`, or use another id",
    Reason.TRANSFER_STATE_FORBIDS: (
        "nothing of the transfer is under way any more, or it was received in part and cannot be canceled; the "
        "message says which"
    ),
    Reason.WRONG_ITEM: (
        "what was scanned is not what the shipment expects; the message says what it does, and where that lies"
    ),
    Reason.PICK_WAVE_NOT_FOUND: "no pick wave has that id; `CreatePickWave` gives it",
    Reason.INSUFFICIENT_STOCK: (
        "a correction would take more units than are there, a transfer more than are free, or a reservation more"
        " than can be promised; the message gives the numbers"
    ),
    Reason.STOCK_CHANGED: (
        "`expected_on_hand` is not what is on hand; read again, decide again, and send that with a new "
        "`request_id`"
    ),
    Reason.RESERVATION_NOT_FOUND: "no reservation of that id was made here",
    Reason.RESERVATION_EXISTS: (
        "a reservation of that id was made already; read it with `GetReservation`, or use another id"
    ),
    Reason.RESERVATION_EXPIRED: (
        "the time limit has come; its units may be promised to others already. Reserve again, or make a reservation"
        " firm before its limit with `FirmReservation`"
    ),
    Reason.ALREADY_RESOLVED: (
        "the reservation, or as many of its units as asked, was posted, voided or ordered already; read it with"
        " `GetReservation`"
    ),
    Reason.SERIAL_ALREADY_GONE: (
        "a serial number belongs to one unit, and this one left already; the message says with which order or"
        " reservation. Nothing was booked"
    ),
    Reason.RETURN_NOT_FOUND: "no return or claim of that id is known; see `ListReturns`",
    Reason.RETURN_EXISTS: "a return or claim of that id is known already; read it with `GetReturn`, or use another id",
    Reason.RETURN_POLICY_MISSING: (
        "nobody said what the order's channel takes back; put a policy with `PutReturnPolicies`, one without a channel"
        " holds for all"
    ),
    Reason.RETURN_WINDOW_OVER: (
        "the policy takes units back for some days after their delivery, and these are over; the message names the"
        " last one. A claim of GOODWILL pays nevertheless"
    ),
    Reason.RETURN_EXCEEDS_DELIVERED: (
        "more units would come back than were delivered and are in no other return or claim; the message says how many"
        " can, and how many are still under way"
    ),
    Reason.RETURN_STATE_FORBIDS: "the return or claim is in another state; the message names those it could be in",
    Reason.NOTHING_TO_REFUND: (
        "for none of its units money or goods are due now: nothing arrived, nobody looked at it yet, or all is paid"
    ),
    Reason.REFUND_WITHOUT_PAYMENT: (
        "the order has no payment here that could give money back; pay it back where it was paid, and say so with"
        " `external_reference`"
    ),
    Reason.REFUND_EXCEEDS_CHARGE: (
        "more would go back for goods, for shipping or for tax than the order says it was charged, all its returns and"
        " claims together; the message says how much is left"
    ),
    Reason.DELAY_NOT_FOUND: "the order is not known to be late; see `ListDelays`, or report it with `ReportDelay`",
    Reason.DELAY_MOVED: (
        "the answer is to an earlier notice than the last one, which said another day; show the customer the last one"
        " (`GetDelay`) and send the answer to that"
    ),
    Reason.PAYMENT_NOT_FOUND: "no payment of that id was asked for here; see `ListPayments`",
    Reason.PAYMENT_EXISTS: "a payment of that id was asked for already; read it with `GetPayment`, or use another id",
    Reason.PAYMENT_EXCEEDED: (
        "more would be captured than is authorized and open, released than is open, or refunded than was captured;"
        " the message gives the amounts"
    ),
    Reason.PAYMENT_BUSY: (
        "another server is asking the provider about this payment just now; nothing was done, send the same request"
        " again"
    ),
    Reason.GIFT_ACCOUNT_NOT_FOUND: (
        "no gift account of that id was ever given money in the network's currency; see `ListGiftAccounts`, or give it"
        " some with `IssueGiftBalance`"
    ),
    Reason.PAYMENT_MISSING: (
        "goods would leave that the order's payments do not cover, and no `on_account` rule let it leave unpaid when it"
        " was decided: none is authorized, it was declined, released or ran out of time, or it is of less. Authorize"
        " what is missing, then dispatch with a new `request_id`; or let a rule name such orders, then hold and"
        " release it"
    ),
    Reason.PAYMENT_DECLINED: (
        "the provider says no, with its own code in `decline_code`; nothing was booked. A declined *authorization* is"
        " no refusal but an answer: the payment is DECLINED"
    ),
    Reason.PAYMENT_METHOD_REFUSED: "the server knows no provider for this method; the message names what it takes",
    Reason.PROVIDER_UNREACHABLE: (
        "whether the provider did it is unknown and nothing is booked; the same request asks under the same key, so"
        " it is done once"
    ),
    Reason.RESOURCE_NOT_FOUND: "nothing of that name can be exported; see `ListResources`",
    Reason.RESOURCE_NOT_IMPORTABLE: (
        "the rows follow from what was booked, so they cannot be written; the message names the calls that make them"
    ),
    Reason.PERSONAL_DATA_NOT_ASKED: (
        "the resource is nothing but personal data; whoever may have it asks for it with `with_personal_data`"
    ),
    Reason.QUEUE_FULL: (
        "too much at once; nothing happened; wait as `RetryInfo` says and send the same `request_id`"
    ),
    Reason.TOO_MANY_WATCHERS: "all watch streams are taken; close one or wait as `RetryInfo` says",
    Reason.DEADLINE_PASSED: (
        "the deadline passed; if before the request was taken up, nothing happened and the message says "
        "so; else repeat it with the same `request_id` and get the true answer"
    ),
    Reason.DRAINING: "the server is shutting down; connect again",
    Reason.READ_ONLY: (
        "the disk of the ledger is full, or another program holds its file, so nothing is written until that is "
        "over; reading goes on. Nothing was done: send the same `request_id` again later"
    ),
    Reason.COMMIT_INDETERMINATE: (
        "the commit's outcome is unknown and the server stops; after its restart send the same "
        "`request_id` and get the true answer"
    ),
    Reason.UNKNOWN_METHOD: "there is no such method; the message names the nearest",
    Reason.INTERNAL: "a fault of the router; the message holds an incident id to look for in its log",
}
