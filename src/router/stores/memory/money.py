"""The part of the memory store that holds channels, payments, delays, what units cost and whose they are."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from router.app.records.commit import Commit
from router.app.records.filters import DelayFilter
from router.app.records.payment_filter import PaymentFilter
from router.domain.channel import Channel
from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.accounting.owners import NodeOwner, OwnerSince
from router.ledger.accounting.vouchers import UnitCost
from router.ledger.delays import OPEN, Delay
from router.ledger.payments import Payment


class MemoryMoney:
    """Channels, payments, delays, unit costs and owners as of the last commit."""

    def __init__(self) -> None:
        super().__init__()
        self._payments: dict[str, Payment] = {}
        self._delays: dict[str, Delay] = {}
        self._channels: dict[str, Channel] = {}
        self._unit_costs: dict[tuple[Sku, int], UnitCost] = {}
        self._node_owners: dict[tuple[NodeId, int], NodeOwner] = {}

    def _keep_money(self, commit: Commit) -> None:
        self._channels.update(commit.channels)
        self._unit_costs.update(((cost.sku, cost.position), cost) for cost in commit.unit_costs)
        self._node_owners.update(((one.node_id, one.position), one) for one in commit.node_owners)
        self._payments.update((payment.id, payment) for payment in commit.payments)
        self._delays.update((delay.order_id, delay) for delay in commit.delays)

    def list_channels(self) -> Mapping[str, Channel]:
        return dict(self._channels)

    def find_payment(self, id: str) -> Payment | None:
        return self._payments.get(id)

    def list_payments(self, after: int | None, limit: int, where: PaymentFilter) -> Sequence[Payment]:
        found = (
            payment
            for payment in self._payments.values()
            if (after is None or payment.number > after) and where.takes(payment)
        )
        return tuple(islice(found, limit))

    def read_payment_limits(self) -> Iterator[tuple[Instant, str]]:
        return iter(
            [(one.expire_time, one.id) for one in self._payments.values() if one.open and one.expire_time]
        )

    def read_payments(self) -> Iterator[Payment]:
        return iter(self._payments.values())

    def find_delay(self, order_id: str) -> Delay | None:
        return self._delays.get(order_id)

    def list_delays(self, after: int | None, limit: int, where: DelayFilter) -> Sequence[Delay]:
        found = (
            delay for delay in self._delays.values() if delay.number > (after or 0) and where.takes(delay)
        )
        return tuple(islice(found, limit))

    def read_open_delays(self) -> Iterator[Delay]:
        return iter([delay for delay in self._delays.values() if delay.state in OPEN])

    def read_delays(self) -> Iterator[Delay]:
        return iter(list(self._delays.values()))

    def find_unit_costs(self, skus: Sequence[Sku]) -> Mapping[Sku, Sequence[UnitCost]]:
        wanted = set(skus)
        found: dict[Sku, list[UnitCost]] = {}
        for (sku, _), cost in sorted(self._unit_costs.items()):
            if sku in wanted:
                found.setdefault(sku, []).append(cost)
        return found

    def list_unit_costs(self, start: int, end: int) -> Sequence[UnitCost]:
        found = (cost for cost in self._unit_costs.values() if start <= cost.position < end)
        return tuple(sorted(found, key=lambda cost: (cost.position, cost.sku)))

    def read_node_owners(self) -> Sequence[OwnerSince]:
        owners = self._node_owners.values()
        return tuple(sorted(OwnerSince(one.node_id, one.position, one.is_supplier) for one in owners))

    def list_node_owners(self, start: int, end: int) -> Sequence[NodeOwner]:
        found = (one for one in self._node_owners.values() if start <= one.position < end)
        return tuple(sorted(found, key=lambda one: (one.position, one.node_id)))
