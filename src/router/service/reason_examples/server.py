"""Examples of refusals: files, sinks and the server itself."""

from collections.abc import Mapping

from router.domain.reasons import Reason
from router.service.reason_examples.example import Example

SERVER: Mapping[Reason, Example] = {
    Reason.SINK_NOT_FOUND: Example(
        call="ReplayEvents",
        body='{"sink": "erp", "requestId": "key-31"}',
        says="no sink `erp` was ever served; known: there is none yet",
        then="look at `router events sinks`; a sink is known from its first start on",
    ),
    Reason.RESOURCE_NOT_FOUND: Example(
        call="ExportResource",
        body='{"resource": "product"}',
        says="no resource is called `product`; did you mean `products`?",
        then="take a name that `ListResources` or `router export --list` gives",
    ),
    Reason.RESOURCE_NOT_IMPORTABLE: Example(
        call="ImportResource",
        body='{"header": {"resource": "reservations", "validateOnly": true}}',
        says="`reservations` can be exported only: its rows come from `ReserveStock`",
        then="book what happened by the calls that the message names",
    ),
    Reason.PERSONAL_DATA_NOT_ASKED: Example(
        call="ExportResource",
        body='{"resource": "recipients"}',
        says="all of `recipients` is personal data",
        then="say `with_personal_data`, if you may have it",
    ),
    Reason.QUEUE_FULL: Example(
        given="more requests than the server can work on are waiting",
        says="commands with 250,000 rows are waiting already; nothing was done, try again",
        then="wait as `RetryInfo` says; send larger batches, not more of them",
    ),
    Reason.TOO_MANY_WATCHERS: Example(
        given="as many streams as the server allows are open",
        says="watchers are connected, at most",
        then="close streams that nobody reads; one stream with several readers behind it is enough",
    ),
    Reason.DEADLINE_PASSED: Example(
        given="a call with a deadline of a millisecond, on a busy server",
        says="the deadline passed before its turn; nothing was done",
        then="send it again with the same `request_id` and a longer deadline",
    ),
    Reason.DRAINING: Example(
        given="the server was told to stop and still works on what it took in",
        says="the server is stopping; nothing was done, try another or later",
        then="connect again in a second and send the same call",
    ),
    Reason.READ_ONLY: Example(
        given="the disk of the ledger is full",
        says="the disk of the ledger is full",
        then="make room; the server notices within a second or two, then send the same call again",
    ),
    Reason.COMMIT_INDETERMINATE: Example(
        given="the disk failed in the middle of a commit",
        says="the commit failed and may or may not be durable; repeat the call with the same request_id",
        then="wait for the restart and repeat the call: the recorded answer comes back if it was booked",
    ),
    Reason.UNKNOWN_METHOD: Example(
        given="a client of another version calls `RoutingService/RouteOrders`",
        says="the nearest is /router.api.v1.RoutingService/",
        then="generate the client from the protos of this version, or list the methods by reflection",
    ),
    Reason.INTERNAL: Example(
        given="a fault of the router's own",
        says="the server failed; its log has the cause under incident",
        then="repeating does not help; report the lines of the log with that incident",
    ),
}
