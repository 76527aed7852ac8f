"""How many units of a product may wait for stock; what is ordered beyond that is canceled when it is routed or edited.

A limit is put for a product, or a rule of the block `backorder` has one for what it decides; both count the units of
all orders that wait. A new order's units of a product wait whole or not at all; of an edited one, what waited before
goes on waiting. A kit waits whole: where one of its products may not, the others of it do not either. Nothing that
waits is canceled by this later: not when a limit is put lower, and not when an order is decided again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from router.app.answers.purchasing import BackorderLimitsPut
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.purchasing import PutBackorderLimits
from router.app.purchasing.restocks import Queue
from router.app.steps.kits import kits_of
from router.domain.identifiers import Instant, LineId, Sku
from router.domain.plan import Plan, UnshippedAction
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.event_kinds import EventKind
from router.routing.decision import Cap, Decision
from router.routing.plan.capped import BACKORDER_LIMIT, cap_waiting, within_caps

NOTHING_KEPT: Mapping[Sku, int] = MappingProxyType({})


def put_backorder_limits(
    books: Books, command: PutBackorderLimits, at: Instant
) -> tuple[Changes, BackorderLimitsPut]:
    """Each one that is another than before is told. Refuses with INVALID_REQUEST products that nobody knows."""
    violations = [
        Violation(f"limits[{sku}]", "UNKNOWN_SKU", f"product `{sku}` is unknown; put it first")
        for sku in command.limits
        if sku not in books.products
    ]
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST,
            "; ".join(one.description for one in violations[:5]),
            violations=violations,
        )
    changes = Changes(after=books.head, time=at)
    changes.backorder_limits = dict(command.limits)
    for sku, units in command.limits.items():
        if books.purchasing.limits.get(sku) != units:
            text = "any number may wait" if units is None else f"at most {units} may wait"
            changes.tell(EventKind.BACKORDER_LIMIT_CHANGED, subject=sku, text=text)
    return changes, BackorderLimitsPut(limit_count=len(command.limits))


def within_limits(
    books: Books, queue: Queue, decision: Decision, kept: Mapping[Sku, int] = NOTHING_KEPT
) -> Decision:
    """The decision, or where more of a product would wait than may, that without them; `queue` is what waits before.

    Limits are those of products, and those of the rules that decide what becomes of units. `kept` are units of the
    order that waited before it was edited, and no part of `queue`: they go on waiting.
    """
    if not decision.plan.unshipped:
        return decision
    caps: tuple[Cap, ...] = ()
    if books.purchasing.limits or books.rules.waiting_limits:
        caps = tuple(caps_of(books, queue, decision.plan, kept))
    caps = with_whole_kits(decision, caps)
    return cap_waiting(decision, caps) if caps else decision


def caps_of(books: Books, queue: Queue, plan: Plan, kept: Mapping[Sku, int]) -> Iterator[Cap]:
    """What must not wait of a plan: of a product at all, or of it where one rule decides."""
    by_product, by_rule = books.purchasing.limits, books.rules.waiting_limits
    wanted: dict[Sku, Counter[str]] = {}
    for one in plan.unshipped:
        if one.action is UnshippedAction.BACKORDER:
            wanted.setdefault(one.sku, Counter())[one.rule] += one.quantity
    for sku, rules in wanted.items():
        stays = kept.get(sku, 0)
        if rules.total() <= stays:
            continue
        waiting = queue.waiting(sku) + rules.total()
        limit = by_product.get(sku)
        if limit is not None and waiting > limit:
            yield Cap(sku=sku, units=stays)
            continue
        for rule in rules:
            if waiting > by_rule.get(rule, waiting):
                yield Cap(sku=sku, rule=rule, units=min(stays, rules[rule]))
                stays -= min(stays, rules[rule])


def with_whole_kits(decision: Decision, caps: tuple[Cap, ...]) -> tuple[Cap, ...]:
    """The caps, or tighter ones by which no kit waits in part where a limit cut another part of it."""
    unshipped = within_caps(decision.plan.unshipped, caps)
    cut_by = {one.line_id: one.rule for one in unshipped if one.reason == BACKORDER_LIMIT}
    if not cut_by:
        return caps
    waiting: Counter[LineId] = Counter()
    by_sku: Counter[Sku] = Counter()
    for one in unshipped:
        if one.action is UnshippedAction.BACKORDER:
            waiting[one.line_id] += one.quantity
            by_sku[one.sku] += one.quantity
    rules = {one.line_id: one.rule for one in unshipped if one.action is UnshippedAction.BACKORDER}
    skus = {line.id: line.sku for line in decision.inputs.order.lines}
    tighter: dict[Sku, Cap] = {}
    for kit in kits_of(decision.inputs.order):
        limit = next((cut_by[line_id] for line_id in kit.each if line_id in cut_by), None)
        if limit is None:
            continue
        for line_id, units in kit.torn_in(waiting).items():
            sku = skus[line_id]
            by_sku[sku] -= units
            tighter[sku] = Cap(sku=sku, rule=limit if limit == rules[line_id] else "", units=by_sku[sku])
    return (*(cap for cap in caps if cap.sku not in tighter), *tighter.values())
