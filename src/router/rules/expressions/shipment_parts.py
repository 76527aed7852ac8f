"""Conditions on shipments: their parts about one shipment, taken out of a condition as a box of its metrics.

Which lines a shipment holds is known only once the solver groups them; what a rule asks of a shipment is therefore
kept as bounds, and the rest of its condition is evaluated beforehand.
"""

from dataclasses import replace

from router.domain.plan import METRICS, ShipmentMetric
from router.rules.expressions.scalar import constant
from router.rules.expressions.terms import Compare, Literal, Not, Read, Term, conjunction, conjuncts
from router.rules.expressions.units import MILLI
from router.rules.verdicts import ANY_SHIPMENT, METRIC_MAX, Box
from router.rules.vocabulary import Scope, Type

METRIC_OF_FACT = {
    "shipment.weight": ShipmentMetric.WEIGHT,
    "shipment.volume": ShipmentMetric.VOLUME,
    "shipment.value": ShipmentMetric.VALUE,
    "shipment.unit_count": ShipmentMetric.UNITS,
    "shipment.line_count": ShipmentMetric.LINES,
    "shipment.hazmat_units": ShipmentMetric.HAZMAT_UNITS,
    "shipment.hazmat_weight": ShipmentMetric.HAZMAT_WEIGHT,
    "shipment.has_hazmat": ShipmentMetric.HAZMAT_UNITS,
    "shipment.cold_units": ShipmentMetric.COLD_UNITS,
    "shipment.has_cold": ShipmentMetric.COLD_UNITS,
}
"""The metric that each fact of shipments is read from; `has_...` is one unit or more."""

_MIRRORED = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def split_shipment_parts(condition: Term) -> tuple[Term, Box]:
    """A checked condition without its parts about the shipment, and the box of shipments that meet those parts.

    Bounds that contradict each other give a box with low above high, in which no shipment lies.
    """
    box, rest = ANY_SHIPMENT, []
    for part in conjuncts(condition):
        bounds = _bounds(part) if part.of_shipments else None
        if bounds is None:
            assert not part.of_shipments, "checked: facts of shipments are compared with constants"
            rest.append(part)
        else:
            box = _narrowed(box, *bounds)
    always = Literal(type=Type.BOOL, span=condition.span, value=True)
    return conjunction(*rest) if rest else always, box


def misplaced_shipment_part(term: Term) -> Term | None:
    """The first part of the outermost `&&` that reads facts of shipments in another way than a box can hold."""
    for part in conjuncts(term):
        if part.of_shipments and _bounds(part) is None:
            return part
    return None


def _bounds(part: Term) -> tuple[ShipmentMetric, int, int] | None:
    """The metric and its least and greatest value where the part holds."""
    match part:
        case Read(fact=fact) if fact.scope is Scope.SHIPMENT and fact.type is Type.BOOL:
            return METRIC_OF_FACT[fact.name], 1, METRIC_MAX
        case Not(operand=Read(fact=fact)) if fact.scope is Scope.SHIPMENT:
            return METRIC_OF_FACT[fact.name], 0, 0
        case Compare(sign=sign, left=Read(fact=fact), right=right) if not right.facts and sign in _MIRRORED:
            if fact.type is Type.BOOL:
                return (METRIC_OF_FACT[fact.name], *((1, METRIC_MAX) if constant(right) else (0, 0)))
            scale = MILLI if fact.type is Type.MONEY else 1
            return (METRIC_OF_FACT[fact.name], *_interval(sign, int(constant(right)), scale))
        case Compare(sign=sign, left=left, right=Read()) if not left.facts and sign in _MIRRORED:
            return _bounds(replace(part, sign=_MIRRORED[sign], left=part.right, right=left))
        case _:
            return None


def _interval(sign: str, bound: int, scale: int) -> tuple[int, int]:
    """The whole numbers m with `scale` x m `sign` bound, as least and greatest."""
    floor, ceiling = bound // scale, -(-bound // scale)
    match sign:
        case "<":
            return 0, ceiling - 1
        case "<=":
            return 0, floor
        case ">":
            return floor + 1, METRIC_MAX
        case ">=":
            return ceiling, METRIC_MAX
        case _:
            return ceiling, floor


def _narrowed(box: Box, metric: ShipmentMetric, low: int, high: int) -> Box:
    place = METRICS.index(metric)
    return Box(
        (*box.low[:place], max(box.low[place], low), *box.low[place + 1 :]),
        (*box.high[:place], min(box.high[place], high), *box.high[place + 1 :]),
    )
