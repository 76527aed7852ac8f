"""What must hold between the rule sets of one pack: unique ids, one currency, and priorities that decide."""

from collections.abc import Sequence
from itertools import combinations

from router.rules.diagnostics import Code, Findings
from router.rules.rulefile import RuleFile
from router.rules.terms import Compare, Every, Literal, Read, Term, Value, Within
from router.rules.vocabulary import Fact


def report_conflicts(files: Sequence[RuleFile], findings: Findings) -> None:
    """Report every pair of files that cannot stand together, at the later one."""
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


def _may_both_hold(one: RuleFile, other: RuleFile) -> bool:
    """False only where the dates or literal values of one fact keep the two apart."""
    if one.rules.window.intersect(other.rules.window).is_empty:
        return False
    demanded, others = _demanded(one.rules.applies), _demanded(other.rules.applies)
    return not any(values.isdisjoint(others.get(fact, values)) for fact, values in demanded.items())


def _demanded(applies: Term) -> dict[Fact, frozenset[Value]]:
    """For facts that must equal a literal for the condition to hold: the values that they may have."""
    demanded: dict[Fact, frozenset[Value]] = {}
    for term in applies.operands if isinstance(applies, Every) else (applies,):
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
