"""What a rule did to one order, and why one did nothing: in words, for the cases that expected otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from router.domain.identifiers import NodeId, Sku
from router.planning.cases.firing import Ways, limited, offered, ways_of
from router.planning.cases.outcome import milli_text
from router.routing.batch.facts import facts_of
from router.routing.round.round import Solved
from router.rules.evaluation.explain import Cause, Silence
from router.rules.expressions.scalar import Cell
from router.rules.expressions.terms import conjuncts
from router.rules.verdicts import Charge

CAUSES = tuple(Cause)
CELLS_MAX = 2_000
"""LIMIT: places looked at to say why a rule was silent; an order of a case has far fewer."""


def silence_words(solved: Solved, name: str, node_id: NodeId | None = None) -> str:
    """Why the rule was silent, told of the place where most of what it asks was met; of one node if that is meant."""
    found = solved.round.world.rules.find(name)
    assert found is not None, "checked when the case was read"
    _, rule = found
    texts = [part.span.text for part in conjuncts(rule.condition)]

    def nearness(silence: Silence) -> tuple[int, int]:
        part = silence.part.text if silence.part is not None else ""
        return CAUSES.index(silence.cause), texts.index(part) if part in texts else len(texts)

    best: Silence | None = None
    for silence in silences(solved, name, node_id):
        if silence is None:
            return (
                "all it asks is true, but there was nothing left for it to take away, to price or to decide"
            )
        if best is None or nearness(silence) > nearness(best):
            best = silence
    return (
        best.sentence
        if best is not None
        else "no open node holds any of the order, so nothing was asked of it"
    )


def silences(solved: Solved, name: str, node_id: NodeId | None) -> Iterator[Silence | None]:
    """Why the rule was silent at each place of the order: lines, nodes that hold any of it, services."""
    batch, rules = solved.batch, solved.round.world.rules
    facts = facts_of(batch, rules.fact_names, rules.attributes)
    at = [request.decision_time for request in batch.requests]
    nodes = [
        column
        for column in np.flatnonzero(batch.holds[solved.order]).tolist()
        if node_id is None or batch.node_ids[column] == node_id
    ]
    places = product(solved.lines, nodes, range(len(batch.network.services)))
    for number, (line, node, service) in enumerate(places):
        if number < CELLS_MAX:
            yield rules.explain(name, facts, Cell(line=line, node=node, service=service), at)


def deeds_of(solved: Solved, name: str) -> Iterator[str]:
    """What the rule did to the order."""
    ways, verdicts, order = ways_of(solved.batch), solved.verdicts, solved.order
    for taken in removals_of(solved, name):
        yield f"it takes {taken.words}"
    for charge in verdicts.charges:
        if charge.rule.name == name and (words := charge_words(ways, solved, charge)):
            yield f"it charges {words}"
    yield from (f"it leaves {words}" for words in limits_of(solved, name))
    if any(hold.rule.name == name and hold.mask[order] for hold in verdicts.holds):
        yield "it holds the order"
    if any(one.rule.name == name and one.mask[order] for one in verdicts.on_account):
        yield "it lets the goods of the order leave unpaid"
    if any(one.rule.name == name for one in verdicts.together):
        yield "it keeps lines together"
    for offer in verdicts.substitutes:
        if offer.rule.name == name and offered(solved.batch, offer)[order]:
            yield f"it offers {', '.join(offer.skus)}"
    chosen = verdicts.split_policies[verdicts.split[order]].rule.name
    backorders = {verdicts.backorder_policies[verdicts.backorder[line]].rule.name for line in solved.lines}
    if name == chosen or name in backorders:
        yield "it is the first rule of its block that matches"


def limits_of(solved: Solved, name: str, node_id: NodeId | None = None) -> Iterator[str]:
    """`2 of LAMP to take at STORE-7`, where that is less than the order could have taken."""
    batch, ways = solved.batch, ways_of(solved.batch)
    for limit in solved.verdicts.stock_limits:
        if limit.rule.name == name:
            for line in solved.lines:
                for column in np.flatnonzero(limited(ways, limit)[line]).tolist():
                    if node_id in (None, batch.node_ids[column]):
                        left = int(limit.units_max[line, column])
                        yield f"{left} of {batch.lines[line].sku} to take at {batch.node_ids[column]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Services that a rule takes from a node, for these SKUs only unless there are none."""

    node_id: NodeId
    service_ids: tuple[str, ...]
    is_every_service: bool
    skus: tuple[Sku, ...]

    @property
    def words(self) -> str:
        """`UPS/2DAY from DC-EAST for BAT-1`."""
        services = "every service" if self.is_every_service else ", ".join(self.service_ids)
        return f"{services} from {self.node_id}" + (f" for {', '.join(self.skus)}" if self.skus else "")


def removals_of(solved: Solved, name: str) -> Iterator[Taken]:
    """What the rule takes away of what could travel."""
    batch, ways = solved.batch, ways_of(solved.batch)
    services = [level.id for level in batch.network.services]
    for removal in solved.verdicts.removals:
        if removal.rule.name != name:
            continue
        rows = own_rows(solved, of_lines=removal.of_lines)
        could = (ways.lines if removal.of_lines else ways.orders)[rows]
        cells = removal.mask[rows] & could
        for column in np.flatnonzero(cells.any(axis=(0, 2))).tolist():
            taken = cells[:, column]
            hit = np.flatnonzero(taken.any(axis=1)).tolist()
            is_part = removal.of_lines and len(hit) < len(solved.lines)
            yield Taken(
                node_id=batch.node_ids[column],
                service_ids=tuple(services[number] for number in np.flatnonzero(taken.any(axis=0)).tolist()),
                is_every_service=bool((taken == could[:, column])[hit].all()),
                skus=tuple(batch.lines[solved.lines.start + number].sku for number in hit) if is_part else (),
            )


def charge_words(ways: Ways, solved: Solved, charge: Charge) -> str:
    """`1.25 USD per shipment at STORE-7`; empty if it charges nothing."""
    rows = own_rows(solved, of_lines=charge.of_lines)
    cells = (charge.amount_milli[rows] != 0) & (ways.lines if charge.of_lines else ways.orders)[rows]
    if not cells.any():
        return ""
    amounts = np.broadcast_to(charge.amount_milli[rows], cells.shape)[cells]
    currency = solved.batch.network.network.currency
    least, most = (milli_text(int(amount), currency) for amount in (amounts.min(), amounts.max()))
    nodes = [node_id for node_id, hit in zip(solved.batch.node_ids, cells.any(axis=(0, 2))) if hit]
    return f"{least if least == most else f'{least} to {most}'} per {charge.per} at {', '.join(nodes)}"


def own_rows(solved: Solved, *, of_lines: bool) -> slice:
    """The order's rows in an array over lines or orders."""
    first, last = (solved.lines.start, solved.lines.stop) if of_lines else (solved.order, solved.order + 1)
    return slice(first, last)
