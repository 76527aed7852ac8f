"""A wave, put together from its stream: all of its orders, or no command."""

import hashlib
from collections.abc import Callable

from router.api.v1 import routing_pb2
from router.app.commands.deciding import RouteWave
from router.domain.identifiers import Instant, OrderId
from router.domain.limits import ORDERS_PER_WAVE_MAX, WAVE_SECONDS_MAX
from router.domain.order import Order
from router.domain.reasons import Reason
from router.domain.recipient import Recipient
from router.routing.wave.wave import Progress
from router.service.faults import Faults, shown
from router.service.from_proto.keys import request_id_of
from router.service.from_proto.order_messages import order
from router.service.from_proto.orders import keep_recipient
from router.service.parse import digest_of


class WaveAssembly:
    """Takes the messages of one stream in their order; `finish` gives the command or refuses the whole."""

    def __init__(self, received: Instant) -> None:
        self._received = received
        self._header: routing_pb2.WaveHeader | None = None
        self._orders: dict[OrderId, Order] = {}
        self._recipients: dict[OrderId, Recipient] = {}
        self._order_count = 0
        self._faults = Faults()
        self._digest = hashlib.sha256()

    def add(self, message: routing_pb2.RouteWaveRequest) -> None:
        """One message. Faults of structure end the stream at once, faults of orders are gathered."""
        part = message.WhichOneof("part")
        if self._header is None:
            if part != "header":
                self._faults.add(
                    "header", "REQUIRED", "header is absent, must be the first message of the stream"
                )
                self._faults.raise_all(Reason.INVALID_REQUEST)
            self._open(message.header)
        elif part != "orders":
            self._faults.add(
                "header", "DUPLICATE", "header is only for the first message, all others carry orders"
            )
            self._faults.raise_all(Reason.INVALID_REQUEST)
        else:
            self._take(message.orders)

    def finish(self, progress: Progress, is_wanted: Callable[[], bool] = lambda: True) -> RouteWave:
        """The command, once the stream has ended. `progress` hears where it stands while `is_wanted`."""
        header = self._header
        if header is None:
            self._faults.add(
                "header", "REQUIRED", "header is absent, must be the first message of the stream"
            )
            self._faults.raise_all(Reason.INVALID_REQUEST)
        if not self._order_count:
            self._faults.add("orders", "WRONG_COUNT", "orders has 0 entries, must have at least 1")
        decision_time = None
        if header.HasField("decision_time"):
            decision_time = self._faults.instant(header.decision_time, "header.", "decision_time")
        self._faults.raise_if_any()
        return RouteWave(
            request_id=header.request_id,
            body_digest=self._digest.digest(),
            orders=tuple(self._orders.values()),
            recipients=self._recipients,
            decision_time=decision_time,
            validate_only=header.validate_only,
            search_seconds_max=header.search_seconds_max,
            progress=progress,
            is_wanted=is_wanted,
        )

    def _open(self, header: routing_pb2.WaveHeader) -> None:
        request_id_of(header.request_id, self._faults, required=not header.validate_only)
        if not 0 <= header.search_seconds_max <= WAVE_SECONDS_MAX:
            self._faults.add(
                "header.search_seconds_max",
                "OUT_OF_RANGE",
                f"search_seconds_max is {header.search_seconds_max}, must be 0 to {WAVE_SECONDS_MAX:,};"
                " 0 leaves the search its whole effort",
            )
        # A header at fault ends the stream: nothing is gained by receiving thousands of orders first.
        self._faults.raise_if_any()
        self._header = header
        self._digest.update(digest_of(header))

    def _take(self, message: routing_pb2.WaveOrders) -> None:
        self._digest.update(hashlib.sha256(message.SerializeToString(deterministic=True)).digest())
        count = self._order_count + len(message.orders)
        if count > ORDERS_PER_WAVE_MAX:
            faults = Faults()
            faults.add(
                "orders",
                "WRONG_COUNT",
                f"orders has more than {ORDERS_PER_WAVE_MAX:,} entries; send several waves",
            )
            faults.raise_all(Reason.INVALID_REQUEST)
        for index, one in enumerate(message.orders, start=self._order_count):
            made = order(one, f"orders[{index}].", self._received, self._faults)
            if made.id in self._orders:
                self._faults.add(
                    f"orders[{index}].order_id",
                    "DUPLICATE",
                    f"order_id is {shown(made.id)}, already given in this wave",
                )
            self._orders[made.id] = made
            keep_recipient(self._recipients, one, f"orders[{index}].", self._faults)
        self._order_count = count
