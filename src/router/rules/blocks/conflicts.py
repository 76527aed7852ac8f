"""What must hold between the rule files of one pack: unique ids, one currency, priorities that decide, and the like."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from router.rules.blocks.effects import CarrierChoice
from router.rules.blocks.rulefile import RuleFile
from router.rules.boxes import left_of
from router.rules.diagnostics import Code, Findings
from router.rules.expressions.reads import LINE_SCOPES, reads_of
from router.rules.expressions.terms import Compare, Literal, Read, Term, Value, Within, conjuncts
from router.rules.verdicts import ANY_SHIPMENT, Box
from router.rules.vocabulary import Fact

CARRIER_BOXES_MAX = 100
"""LIMIT: the parts into which `carriers` rules may divide shipments; each is checked for every shipment of a plan."""


def report_conflicts(files: Sequence[RuleFile], findings: Findings) -> None:
    """Report every pair of files that cannot stand together, at the later one, and carrier rules that do not mix."""
    for one, other in combinations(files, 2):
        if one.rules.id == other.rules.id:
            message = f"the rule set `{other.rules.id}` stands in `{one.id_span.position}` too"
            findings.add(Code.DUPLICATE_ID, other.id_span, message)
        if one.currency != other.currency:
            message = f"{other.currency} here, but {one.currency} in `{one.currency_span.position}`"
            findings.add(Code.CURRENCY, other.currency_span, message, help="a pack has one currency")
        if one.rules.priority == other.rules.priority and _may_both_hold(one, other):
            message = f"`{other.rules.id}` and `{one.rules.id}` may apply to one order with the same priority"
            findings.add(
                Code.EQUAL_PRIORITY, other.priority_span, message,
                help="give them different priorities, or conditions that compare one fact with different values",
            )  # fmt: skip
        _report_attributes(one, other, findings)
    in_order = sorted(files, key=lambda file: (-file.rules.priority, file.rules.id))
    _report_carriers([rule for file in in_order for rule in file.rules.carriers], findings)


def _report_attributes(one: RuleFile, other: RuleFile, findings: Findings) -> None:
    """An attribute has one type in all files."""
    for name, fact in other.attributes.items():
        known = one.attributes.get(name)
        if known is not None and known.type is not fact.type:
            message = f"`{name}` is {fact.type} here, but {known.type} in `{one.id_span.source.name}`"
            findings.add(Code.TYPE, other.attribute_spans[name], message, expected=known.type)


def _report_carriers(rules: Sequence[CarrierChoice], findings: Findings) -> None:
    """Where one rule asks for shipments none may ask for lines: a shipment must find one first match."""
    of_shipments = [rule for rule in rules if rule.shipment_terms]
    if not of_shipments:
        return
    for rule in rules:
        for term, fact in _line_reads(rule):
            findings.add(
                Code.FACT_OUT_OF_REACH, term.span,
                f"`{fact.name}` is a fact of lines, but `{of_shipments[0].ref.name}` chooses by whole shipments",
                expected="`carriers` rules of a pack ask for facts of lines or of shipments, not both",
                help="ask for any line of the order with `lines.exists(line, ...)`, or write a ban in `constraints`",
            )  # fmt: skip
    boxes: tuple[Box, ...] = (ANY_SHIPMENT,)
    for rule in of_shipments:
        boxes = tuple(dict.fromkeys((*boxes, *left_of(boxes, rule.box))))
        if len(boxes) > CARRIER_BOXES_MAX:
            message = f"`carriers` divide shipments into more than {CARRIER_BOXES_MAX} parts"
            findings.add(
                Code.TOO_LARGE, rule.shipment_terms[0].span, message, help="compare fewer facts of shipments"
            )
            return


def _line_reads(rule: CarrierChoice) -> Iterator[tuple[Term, Fact]]:
    return ((term, fact) for term, fact in reads_of(rule.condition) if fact.scope in LINE_SCOPES)


def _may_both_hold(one: RuleFile, other: RuleFile) -> bool:
    """False only where the dates or literal values of one fact keep the two apart."""
    if one.rules.window.intersect(other.rules.window).is_empty:
        return False
    demanded, others = _demanded(one.rules.applies), _demanded(other.rules.applies)
    return not any(values.isdisjoint(others.get(fact, values)) for fact, values in demanded.items())


def _demanded(applies: Term) -> dict[Fact, frozenset[Value]]:
    """For facts that must equal a literal for the condition to hold: the values that they may have."""
    demanded: dict[Fact, frozenset[Value]] = {}
    for term in conjuncts(applies):
        match term:
            case Compare(sign="==", left=Read(fact=fact), right=Literal(value=value)):
                values = frozenset((value,))
            case Compare(sign="==", left=Literal(value=value), right=Read(fact=fact)):
                values = frozenset((value,))
            case Within(left=Read(fact=fact), values=values):
                pass
            case _:
                continue
        demanded[fact] = demanded.get(fact, values) & values
    return demanded
