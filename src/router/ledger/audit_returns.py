"""The part of the audit that sets goods and money of returns in the journal against the returns that say so."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from router.domain.identifiers import LineId, NodeId, OrderId, Sku
from router.ledger.accounts import Account, Balance, Bucket
from router.ledger.orders import OrderAccount
from router.ledger.payments import Payment
from router.ledger.returns import Charged, ClaimCause, Return, ReturnKind


@dataclass(slots=True)
class Returned:
    """What all returns and claims together say."""

    units: dict[Bucket, Counter[tuple[NodeId, Sku]]] = field(default_factory=dict)
    """By bucket, node and SKU; what is on its way is at least that."""
    back: Counter[tuple[OrderId, LineId]] = field(default_factory=Counter)
    """Units that their customer had, and gives back or claims as broken."""
    gone: Counter[tuple[OrderId, LineId]] = field(default_factory=Counter)
    """Units of all returns and claims."""
    charges: dict[OrderId, Charged] = field(default_factory=dict)
    """What orders were charged, as their returns keep it."""
    given: Counter[tuple[OrderId, str]] = field(default_factory=Counter)
    """By order and part of its charge: what was given back."""
    money: Counter[str] = field(default_factory=Counter)
    """By payment: what was given back."""
    faults: list[str] = field(default_factory=list)


def read_returns(returns: Iterable[Return]) -> Returned:
    """Counts them, and notes those that contradict themselves."""
    found = Returned({bucket: Counter() for bucket in _WAITING})
    for one in returns:
        for line in one.lines:
            key = (one.order_id, line.line_id)
            if line.line_id:
                found.gone[key] += line.taken
                had = one.kind is ReturnKind.RETURN or one.cause is ClaimCause.DAMAGED
                if had and not line.is_carried_back:
                    found.back[key] += line.taken
            if line.received > line.authorized + line.extra:
                found.faults.append(f"of return `{one.id}` more of `{line.sku}` arrived than it says")
            arrived = line.taken if one.kind is ReturnKind.CLAIM else line.received
            if line.refunded + line.replaced > arrived:
                found.faults.append(f"of return `{one.id}` more of `{line.sku}` is paid for than there is")
            if one.kind is ReturnKind.RETURN:
                if line.line_id:
                    found.units[Bucket.RETURN_INBOUND][line.from_node_id, line.sku] += line.expected
                found.units[Bucket.INSPECT][one.node_id, line.sku] += line.to_inspect
                found.units[Bucket.REFURBISH][one.node_id, line.sku] += line.refurbishing
        if one.charged is not None:
            note_parts(found, one, one.charged)
        for refund in one.refunds:
            given = sum(leg.amount for leg in refund.legs)
            if not refund.external_reference and given != refund.total_minor:
                found.faults.append(
                    f"a refund of return `{one.id}` comes to {refund.total_minor}, its payments gave {given}"
                )
            for leg in refund.legs:
                found.money[leg.payment_id] += leg.amount
    return found


def note_parts(found: Returned, one: Return, charged: Charged) -> None:
    """Adds what a return gave back of each part of its order's charge to what others did."""
    # A later return knows what an edit added to the order since.
    found.charges[one.order_id] = charged
    for refund in one.refunds:
        found.given[one.order_id, "goods"] += refund.lines_minor - refund.fee_minor
        found.given[one.order_id, "shipping"] += refund.shipping_minor
        found.given[one.order_id, "tax"] += refund.included_tax_minor or 0


def refunds_beyond_charge(found: Returned) -> Iterator[str]:
    """I18: a sentence for every part of which more went back than the order says it was charged."""
    for order_id, charged in sorted(found.charges.items()):
        parts = (
            ("goods", charged.lines_minor),
            ("shipping", charged.shipping_minor),
            ("tax", charged.tax_minor),
        )
        for part, most in parts:
            if most is not None and (given := found.given[order_id, part]) > most:
                yield f"of order `{order_id}` {given} went back for {part}, {most} were charged"


_WAITING = (Bucket.RETURN_INBOUND, Bucket.INSPECT, Bucket.REFURBISH)


def compare_returns(balances: Mapping[Account, Balance], found: Returned) -> Iterator[str]:
    """I17: a sentence for every place where other units wait than returns say; more may be on their way back, which
    carriers bring.
    """
    yield from found.faults
    yield from refunds_beyond_charge(found)
    there: dict[Bucket, Counter[tuple[NodeId, Sku]]] = {bucket: Counter() for bucket in _WAITING}
    for account, balance in balances.items():
        if account.bucket in there:
            there[account.bucket][account.node_id, account.sku] += balance.units
    for bucket in _WAITING:
        said = found.units[bucket]
        for node_id, sku in sorted(said.keys() | there[bucket].keys()):
            units, expected = there[bucket][node_id, sku], said[node_id, sku]
            if units < expected or (units > expected and bucket is not Bucket.RETURN_INBOUND):
                yield (
                    f"{units} units of `{sku}` are in {bucket.name.lower()} of `{node_id}`, returns say {expected}"
                )


def watch_orders(
    found: Returned, faults: list[str], orders: Iterable[OrderAccount]
) -> Iterator[OrderAccount]:
    """The orders as they are, noting those of which more came back than was delivered, or left at all."""
    back, gone = Counter(found.back), Counter(found.gone)
    for order in orders:
        if gone:
            for line in order.lines:
                key = (order.order_id, line.line_id)
                if (units := back.pop(key, 0)) > line.delivered:
                    faults.append(
                        f"of order `{order.order_id}` line `{line.line_id}` {units} units are returned,"
                        f" {line.delivered} were delivered"
                    )
                if (units := gone.pop(key, 0)) > line.dispatched:
                    faults.append(
                        f"of order `{order.order_id}` line `{line.line_id}` {units} units are returned or claimed,"
                        f" {line.dispatched} left"
                    )
        yield order
    faults.extend(f"returns of order `{order_id}` have no order" for order_id, _ in gone)


def watch_payments(found: Returned, faults: list[str], payments: Iterable[Payment]) -> Iterator[Payment]:
    """The payments as they are, noting those that gave back less than returns say."""
    said = Counter(found.money)
    for payment in payments:
        if (amount := said.pop(payment.id, 0)) > payment.refunded:
            faults.append(f"payment `{payment.id}` gave back {payment.refunded}, returns say {amount}")
        yield payment
    faults.extend(f"returns were paid back by `{payment_id}`, which is no payment" for payment_id in said)
