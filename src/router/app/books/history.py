"""The history of an order's decisions: each names the one that it replaces, and together they are the plan."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from router.app.ports.store import Reader
from router.app.records.ids import decision_number_of
from router.domain.identifiers import Digest
from router.domain.order import Order
from router.domain.plan import Plan, Shipment
from router.ledger.orders import OrderAccount
from router.routing.decision import Decision, Release, shipment_numbers, withdrawn_numbers
from router.routing.replay import unpack_decision


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """An order as received or last edited, every shipment ever decided for it by number, and those withdrawn again.

    `release` is the last, None: no person ever released it. `network_digest` names the network of the last decision.
    """

    order: Order
    plan: Plan
    withdrawn: frozenset[int]
    release: Release | None
    network_digest: Digest


def read_history(reader: Reader, account: OrderAccount) -> History:
    decisions = [read_decision(reader, account.decision_number)]
    while (replacing := decisions[-1].inputs.replacing) is not None:
        decisions.append(read_decision(reader, decision_number_of(replacing.decision_id)))
    return history_of(decisions[::-1])


def read_decision(reader: Reader, number: int) -> Decision:
    stored = reader.find_decision(number)
    assert stored is not None, "every order has its decisions"
    return unpack_decision(stored.body)


def history_of(decisions: Sequence[Decision]) -> History:
    """Of decisions in their order, each replacing the one before."""
    shipments: dict[int, Shipment] = {}
    withdrawn: set[int] = set()
    for decision in decisions:
        for number, shipment in zip(shipment_numbers(decision), decision.plan.shipments, strict=True):
            shipments.setdefault(number, shipment)
        withdrawn.update(withdrawn_numbers(decision))
    edits = [replacing.edit for one in decisions if (replacing := one.inputs.replacing) and replacing.edit]
    plan = replace(decisions[-1].plan, shipments=tuple(shipments[number] for number in sorted(shipments)))
    return History(
        order=edits[-1].order if edits else decisions[0].inputs.order,
        plan=plan,
        withdrawn=frozenset(withdrawn),
        release=release_of(decisions[-1]),
        network_digest=decisions[-1].inputs.network_digest,
    )


def release_of(decision: Decision) -> Release | None:
    """What it knows of a release: each later decision of the order knows it too."""
    replacing = decision.inputs.replacing
    return None if replacing is None else replacing.release


def in_force(plan: Plan, numbers: Sequence[int]) -> Plan:
    """The plan with only these of its shipments; its cost is theirs and the order's, its gap what it was."""
    shipments = tuple(plan.shipments[number - 1] for number in numbers)
    shown = replace(plan, shipments=shipments)
    cost = sum(part.amount_milli for part in shown.costs)
    return replace(shown, objective_milli=cost, bound_milli=plan.bound_milli + cost - plan.objective_milli)
