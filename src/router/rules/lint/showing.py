"""Orders found by a proof, in the planner's words: only the facts that matter, at an instant that exists."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from router.domain.identifiers import Instant
from router.rules.blocks.canonical import value_text
from router.rules.blocks.dates import EPOCH as FIRST_INSTANT
from router.rules.blocks.dates import local_text
from router.rules.expressions.calendar import calendar_columns
from router.rules.expressions.scalar import Cell, evaluate
from router.rules.expressions.terms import Term, Value
from router.rules.lint.boxes import NOWHERE, Patience, search
from router.rules.lint.domains import EPOCH, INSTANT_MAX, plain_name
from router.rules.lint.formula import Among, Formula, all_of, negation
from router.rules.lint.prover import Answer, Prover
from router.rules.lint.substitute import Values, substitute, value_of
from router.rules.vocabulary import Column, Fact, Facts, Scope, Type

DAYS_LOOKED_AT = 8 * 366
"""Every combination of weekday, day and month comes within so many days, but for a few leap days."""

START_WITHOUT_DATES = 1_767_225_600_000_000  # 2026-01-01
BRANCHES_MAX = 200
FACTS_SHOWN_MAX = 8


def shown(
    prover: Prover, answer: Answer, holding: Sequence[Term], failing: Sequence[Term] = ()
) -> str | None:
    """The order in words, after every condition has been evaluated on it; None where that cannot be confirmed.

    Facts that may be anything without changing what the conditions give are left out.
    """
    values = at_a_real_instant(answer.values, holding)
    if values is None:
        return None
    facts = frozenset[Fact]().union(*(term.facts for term in (*holding, *failing)))
    if not facts <= values.keys():
        return None
    if not all(holds(term, values) for term in holding) or any(holds(term, values) for term in failing):
        return None
    return in_words(prover.space.currency, values, _that_matter(prover, values, facts, holding, failing))


def holds(term: Term, values: Values) -> bool:
    """Whether the condition holds for a batch of this one order, line, node and service: evaluated, not proven."""
    rest = substitute(term, {fact: value for fact, value in values.items() if fact.scope is Scope.SHIPMENT})
    facts = Facts(
        order_count=1, node_count=1, service_count=1, line_order=np.zeros(1, np.int64),
        columns={fact.name: _column(fact, values[fact]) for fact in rest.facts},
    )  # fmt: skip
    return bool(evaluate(rest, facts, Cell(line=0, node=0, service=0)))


def _column(fact: Fact, value: Value | None) -> Column:
    """One value at the fact's axes."""
    shape = (1,) * len(fact.scope.axes)
    present = np.full(shape, value is not None)
    if fact.type is Type.STRING:
        return Column(np.zeros(shape, np.int64), (str(value or ""),), present)
    return Column(np.full(shape, 0 if value is None else value), None, present)


def in_words(currency: str, values: Values, facts: Iterable[Fact]) -> str:
    """`order.channel = "web", line.weight = kg(3)`."""
    ordered = sorted(facts, key=lambda one: (one.name.startswith(EPOCH.name), one.name))
    return ", ".join(_told(fact, values[fact], currency) for fact in ordered[:FACTS_SHOWN_MAX])


def _told(fact: Fact, value: Value | None, currency: str) -> str:
    if fact == EPOCH:
        return f"decided on {local_text(int(value or 0), None)}"
    if value is None:
        return f"no {fact.name}"
    return f"{plain_name(fact)} = {value_text(fact.type, value, currency)}"


def _that_matter(
    prover: Prover, values: Values, facts: frozenset[Fact], holding: Sequence[Term], failing: Sequence[Term]
) -> list[Fact]:
    """The facts without which the conditions could give something else."""
    parts = [*(prover.part(one) for one in holding), *(prover.part(one, holds=False) for one in failing)]
    claim = negation(all_of(part.formula for part in parts))
    numbers = frozenset[int]().union(*(part.dimensions for part in parts))
    kept = sorted(facts, key=lambda one: one.name)
    for fact in reversed(tuple(kept)):
        rest = [one for one in kept if one != fact]
        fixed = _fixed(prover, values, rest, numbers)
        if search([claim, *fixed], Patience(BRANCHES_MAX)) == NOWHERE:
            kept = rest
    return kept


def _fixed(prover: Prover, values: Values, facts: Sequence[Fact], numbers: Iterable[int]) -> list[Formula]:
    """The dimensions that these facts decide, at the class they give."""
    known = {fact: values[fact] for fact in facts}
    decided = [number for number in numbers if prover.space.dimensions[number].facts <= known.keys()]
    point = prover.point_of(known, decided)
    return [Among(number, bit, prover.space.dimensions[number].full) for number, bit in point.items()]


def at_a_real_instant(values: Values, conditions: Iterable[Term]) -> Values | None:
    """The values with an instant that has their weekday, day, month and time of day; None if there is none.

    The instant stays within the dates that `conditions` ask for.
    """
    clocks = [fact for fact in values if fact.scope is Scope.TIME and fact != EPOCH]
    if not clocks:
        return values
    for instant in _instants(values, clocks):
        seen = {**values, EPOCH: instant, **_read_clocks(clocks, instant)}
        if all(values[fact] == seen[fact] for fact in clocks) and all(
            value_of(one, seen) for one in conditions if one.facts == {EPOCH}
        ):
            return seen
    return None


def _instants(values: Values, clocks: Sequence[Fact]) -> Iterable[Instant]:
    """An instant of each day, in the zone and at the time of day that the first clock shows."""
    zone = ZoneInfo(clocks[0].name.partition("@")[2])
    of_day = next((int(values[one] or 0) for one in clocks if plain_name(one) == "time.of_day"), None)
    hour = next((int(values[one] or 0) for one in clocks if plain_name(one) == "time.hour"), 12)
    minutes = 60 * hour if of_day is None else of_day
    start = values.get(EPOCH)
    first = START_WITHOUT_DATES if start is None or abs(int(start)) >= INSTANT_MAX else int(start)
    day = datetime.fromtimestamp(first // 1_000_000, UTC).astimezone(zone).date()
    for number in range(DAYS_LOOKED_AT):
        local = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=number, minutes=minutes)
        yield Instant((local.astimezone(UTC) - FIRST_INSTANT) // timedelta(microseconds=1))


def _read_clocks(clocks: Sequence[Fact], instant: Instant) -> dict[Fact, Value | None]:
    """What each clock shows at the instant."""
    seen: dict[Fact, Value | None] = {}
    for fact in clocks:
        zone = fact.name.partition("@")[2]
        column = calendar_columns([instant], ZoneInfo(zone))[fact.name]
        value = column.values[0].item()
        seen[fact] = column.dictionary[int(value)] if column.dictionary is not None else value
    return seen
