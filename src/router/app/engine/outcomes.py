"""Outcomes: what was answered under a key, pinned so that a repeat gets the same, refusals too."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from router.app.answers.answer import Answer
from router.app.answers.carriers import BoxesPut, ManifestClosed, ShipmentBooked, ShipmentPacked
from router.app.answers.decided import (
    OrdersRerouted,
    Refused,
    Routed,
    RoutedOrders,
    ShipmentRejected,
    WaveRouted,
)
from router.app.answers.delays import DelayChanged, DelaysDetected
from router.app.answers.documents import ChannelsPut, LayoutPut, NetworkChanged, ProductsPut, UnitCostsPut
from router.app.answers.events import EventsReplayed
from router.app.answers.feeds import FeedPut, SnapshotRecorded, SuspectJudged
from router.app.answers.fulfillment import (
    CarrierReportsRecorded,
    KitTakenOut,
    PickConfirmed,
    PickWaveCreated,
    ShipmentAcknowledged,
    ShipmentDispatched,
    ShipmentsReleased,
)
from router.app.answers.orders import (
    CustomerErased,
    OrderCanceled,
    OrderEdited,
    OrderHeld,
    OrderReleased,
    ReservationChanged,
)
from router.app.answers.payments import GiftBalanceIssued, PaymentChanged
from router.app.answers.purchasing import BackorderLimitsPut, PurchaseOrderChanged, SuppliersPut
from router.app.answers.restocks import Restock
from router.app.answers.returns import ReplacementSent, ReturnChanged, ReturnPoliciesPut
from router.app.answers.rules import RulesActivated, RulesStaged, ShadowChanged
from router.app.answers.stock import (
    ClockTrusted,
    EntryCorrected,
    StockAdjusted,
    StockCounted,
    TransferChanged,
)
from router.app.records.ids import number_in
from router.domain.reasons import Reason, RouterError, Violation

NEVER_PINNED = frozenset(
    {
        Reason.IDEMPOTENCY_KEY_REUSED,
        Reason.NETWORK_NOT_READY,
        Reason.FEED_EPOCH_UNKNOWN,
        Reason.QUEUE_FULL,
        Reason.DEADLINE_PASSED,
        Reason.DRAINING,
        Reason.READ_ONLY,
        Reason.COMMIT_INDETERMINATE,
        Reason.INTERNAL,
    }
)
"""These say that nothing was judged: the same key may be used again."""

_WHOLE: Mapping[int, type[Answer]] = {
    3: ProductsPut,
    4: NetworkChanged,
    5: RulesActivated,
    6: SnapshotRecorded,
    7: StockAdjusted,
    8: OrderCanceled,
    9: ShipmentDispatched,
    11: RulesStaged,
    12: ShadowChanged,
    20: ReservationChanged,
    21: ClockTrusted,
    40: CustomerErased,
    30: EventsReplayed,
    31: FeedPut,
    32: SuspectJudged,
    33: StockCounted,
    34: TransferChanged,
    60: EntryCorrected,
    70: ShipmentsReleased,
    71: CarrierReportsRecorded,
    90: OrdersRerouted,
    91: ShipmentRejected,
    92: OrderHeld,
    93: OrderReleased,
    94: OrderEdited,
    110: PaymentChanged,
    113: GiftBalanceIssued,
    72: LayoutPut,
    73: PickWaveCreated,
    74: PickConfirmed,
    75: KitTakenOut,
    111: ChannelsPut,
    130: SuppliersPut,
    131: PurchaseOrderChanged,
    132: BackorderLimitsPut,
    133: ShipmentAcknowledged,
    150: ShipmentBooked,
    151: ManifestClosed,
    152: BoxesPut,
    153: ShipmentPacked,
    210: ReturnChanged,
    211: ReplacementSent,
    212: ReturnPoliciesPut,
    180: DelayChanged,
    181: DelaysDetected,
    112: UnitCostsPut,
}
"""Answers that are stored as they are, by their stored number."""

_REFUSAL, _ROUTED, _WAVE = 1, 2, 10
_NUMBERS = {answer: number for number, answer in _WHOLE.items()}
_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """An answer or a refusal, and the digest of the request it was given to."""

    body_digest: bytes
    result: Answer | RouterError

    @property
    def weight(self) -> int:
        """How much memory it takes, in orders or rows."""
        if isinstance(self.result, RoutedOrders | WaveRouted):
            return len(self.result.results)
        return 1


def pack_result(result: Answer | RouterError) -> bytes:
    """The bytes to store. Decisions are stored already and named by number."""
    if isinstance(result, RouterError):
        violations = [(v.field, v.code, v.description) for v in result.violations]
        return _ENCODER.encode((_REFUSAL, (result.reason.value, result.message, violations, result.facts)))
    if isinstance(result, WaveRouted):
        proof = (
            result.joint_count, result.objective_milli, result.bound_milli, result.redecided_count, result.is_cut,
            result.without_substitutes, result.without_transfers_count,
        )  # fmt: skip
        return _ENCODER.encode((_WAVE, ([_pack_one(one) for one in result.results], proof)))
    if isinstance(result, RoutedOrders):
        return _ENCODER.encode((_ROUTED, [_pack_one(one) for one in result.results]))
    return _ENCODER.encode((_NUMBERS[type(result)], result))


def unpack_result(body: bytes, find_routed: Callable[[int], Routed]) -> Answer | RouterError:
    """What `pack_result` was given; `find_routed` looks decisions up by number."""
    kind, packed = msgspec.msgpack.decode(body, type=tuple[int, msgspec.Raw])
    if kind == _REFUSAL:
        return _unpack_refusal(msgspec.msgpack.decode(packed))
    if kind == _ROUTED:
        return RoutedOrders(results=_unpack_each(msgspec.msgpack.decode(packed), find_routed))
    if kind == _WAVE:
        # Waves answered by earlier releases say no more than the first three, or five.
        results, (joint_count, objective_milli, bound_milli, *more) = msgspec.msgpack.decode(packed)
        redecided_count, is_cut = more[:2] or (0, False)
        without_substitutes, without_transfers_count = more[2:] or ((), 0)
        return WaveRouted(
            results=_unpack_each(results, find_routed),
            joint_count=joint_count,
            objective_milli=objective_milli,
            bound_milli=bound_milli,
            redecided_count=redecided_count,
            is_cut=is_cut,
            without_substitutes=tuple(without_substitutes),
            without_transfers_count=without_transfers_count,
        )
    answer: Answer = msgspec.msgpack.decode(packed, type=_WHOLE[kind])
    return answer


def _pack_one(one: Routed | Refused) -> object:
    if isinstance(one, Refused):
        return (one.order_id, one.reason, one.message)
    number = number_in(one.decision_id)
    return (number, one.restocks) if one.restocks else number


def _unpack_each(results: list[Any], find_routed: Callable[[int], Routed]) -> tuple[Routed | Refused, ...]:
    return tuple(_unpack_one(one, find_routed) for one in results)


def _unpack_one(one: Any, find_routed: Callable[[int], Routed]) -> Routed | Refused:
    if isinstance(one, int):
        return find_routed(one)
    if isinstance(one[0], int):
        number, restocks = one
        return replace(find_routed(number), restocks=msgspec.convert(restocks, tuple[Restock, ...]))
    order_id, reason, message = one
    return Refused(order_id=order_id, reason=reason, message=message)


def _unpack_refusal(packed: Any) -> RouterError:
    reason, message, violations, facts = packed
    return RouterError(
        Reason(reason), message, violations=(Violation(*fields) for fields in violations), **facts
    )


class RecentOutcomes:
    """The latest outcomes by key, forgetting the longest unused beyond `weight_max` orders or rows."""

    def __init__(self, weight_max: int) -> None:
        self._weight_max = weight_max
        self._weight = 0
        self._outcomes: OrderedDict[str, Outcome] = OrderedDict()

    def find(self, request_id: str) -> Outcome | None:
        if (outcome := self._outcomes.get(request_id)) is not None:
            self._outcomes.move_to_end(request_id)
        return outcome

    def add(self, request_id: str, outcome: Outcome) -> None:
        """A key is added once; the newest outcome is kept whatever its weight."""
        assert request_id not in self._outcomes, "an outcome never changes"
        self._outcomes[request_id] = outcome
        self._weight += outcome.weight
        while self._weight > self._weight_max and len(self._outcomes) > 1:
            _, forgotten = self._outcomes.popitem(last=False)
            self._weight -= forgotten.weight
