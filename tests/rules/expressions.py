"""Expressions without a rule file around them: text to term, and random well-typed texts over random facts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from router.rules.diagnostics import Diagnostic, Findings, Source, Span
from router.rules.expressions.calendar import calendar_columns
from router.rules.expressions.check import Checker
from router.rules.expressions.checking import Reach
from router.rules.expressions.forms import Forms
from router.rules.expressions.grid import Batch
from router.rules.expressions.parse import parse
from router.rules.expressions.scalar import Cell
from router.rules.expressions.terms import Term, Value
from router.rules.expressions.tokens import ExpressionText
from router.rules.text.budget import Budget
from router.rules.vocabulary import ATTRIBUTE_SCOPES, VOCABULARY, Column, Fact, Facts, Scope, Type

ZONE = "America/New_York"
EVERYTHING = Reach(what="a test", scopes=frozenset(Scope))
WORDS = ("", "GOLD", "WEB", "US", "GO")
LISTS: Mapping[str, frozenset[Value]] = {
    "golden": frozenset(("GOLD", "GO")),
    "cold": frozenset(("FROZEN", "CHILLED")),
}
ATTRIBUTES = {
    f"{prefix}{type_}": Fact(f"{prefix}{type_}", type_, scope, "a company's own", optional=True)
    for prefix, scope in ATTRIBUTE_SCOPES.items()
    for type_ in (Type.BOOL, Type.INT, Type.FLOAT, Type.STRING)
}


def checked(
    text: str, type_: Type = Type.BOOL, reach: Reach = EVERYTHING, zone: str = ZONE
) -> tuple[Term | None, tuple[Diagnostic, ...]]:
    """The term of an expression that is a whole file, and the findings about it."""
    findings, source = Findings(), Source("a.yaml", text)
    whole = Span(source, 0, len(text))
    tree = parse(ExpressionText(text, range(len(text)), source), whole, Budget(), findings)
    checker = Checker(
        findings=findings, reach=reach, currency="USD", lists=LISTS, attributes=ATTRIBUTES, zone=zone
    )
    term = None if tree is None else checker.expect(tree, type_)
    return term, findings.listed()


def a_term(text: str, type_: Type = Type.BOOL) -> Term:
    """The term of a sound expression."""
    term, findings = checked(text, type_)
    assert term is not None, (text, findings)
    return term


def by_batch(term: Term, facts: Facts) -> list[Value]:
    """The values of all cells, lines first."""
    batch = Batch(facts, Forms([term]))
    values = batch.spread(batch.lined(batch.grid(term))).values
    return np.broadcast_to(values, (LINES, NODES, SERVICES)).ravel().tolist()  # type: ignore[no-any-return]


FACTS_OF_CELLS = (*(fact for fact in VOCABULARY if fact.scope is not Scope.SHIPMENT), *ATTRIBUTES.values())
ORDERS, LINES, NODES, SERVICES = 4, 6, 3, 2
LENGTHS = {"O": ORDERS, "L": LINES, "N": NODES, "S": SERVICES}
CELLS = tuple(
    Cell(line=line, node=node, service=service)
    for line in range(LINES)
    for node in range(NODES)
    for service in range(SERVICES)
)
LARGE = (0, 1, 2, 3, 100, 150_000, 10**12, -7)
SMALL = (0, 1, 2, 3, 100, 1_000, -7)


def random_facts(random: Random, numbers: tuple[int, ...] = LARGE) -> Facts:
    """A batch with every fact; orders have one line or more, the last may have none."""
    owners = sorted([*range(ORDERS - 1), *(random.randrange(ORDERS) for _ in range(LINES - ORDERS + 1))])
    columns = {
        fact.name: _column(random, fact, numbers) for fact in FACTS_OF_CELLS if fact.scope is not Scope.TIME
    }
    at = [random.randrange(2 * 10**15) for _ in range(ORDERS)]
    return Facts(
        order_count=ORDERS, node_count=NODES, service_count=SERVICES, line_order=np.array(owners, np.int64),
        columns={**columns, **calendar_columns(at, ZoneInfo(ZONE))},  # type: ignore[arg-type]
    )  # fmt: skip


def _column(random: Random, fact: Fact, numbers: tuple[int, ...]) -> Column:
    shape = tuple(LENGTHS[axis] for axis in fact.scope.axes)
    count = int(np.prod(shape))
    present = (
        np.array([random.random() < 0.6 for _ in range(count)]).reshape(shape) if fact.optional else None
    )
    if fact.type is Type.STRING:
        words = fact.values or tuple(random.sample(WORDS, len(WORDS)))
        # What an absent value is stored as may be anything.
        codes = np.array([random.randrange(len(words)) for _ in range(count)], np.int64).reshape(shape)
        return Column(codes if present is None else np.where(present, codes, 99), words, present)
    values: Any = [random.choice(numbers) for _ in range(count)]
    if fact.type is Type.BOOL:
        values = [value > 1 for value in values]
    if fact.type is Type.FLOAT:
        values = [value / 8 for value in values]
    return Column(np.array(values).reshape(shape), None, present)


UNIT = {
    Type.MONEY: "usd", Type.WEIGHT: "g", Type.VOLUME: "mm3", Type.LENGTH: "mm", Type.DISTANCE: "km", Type.DAYS: "days",
    Type.DURATION: "minutes",
}  # fmt: skip
NUMERIC = (Type.INT, Type.FLOAT, *UNIT)
PLAIN = (Type.INT, Type.FLOAT)


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """Random well-typed expressions as text.

    `for_cel`: only what means the same in CEL once units are integers, with numbers that overflow nowhere.
    """

    random: Random
    for_cel: bool = False
    over_lines: bool = False

    def condition(self, depth: int) -> str:
        if depth > 0 and self.random.random() < 0.6:
            parts = [self.condition(depth - 1) for _ in range(self.random.randint(2, 3))]
            return self.one_of(f"({' && '.join(parts)})", f"({' || '.join(parts)})", f"!({parts[0]})")
        form = self.random.random()
        if form < 0.1:
            return f"has({self.one_of(*(fact.name for fact in self.facts() if fact.optional))})"
        if form < 0.2:
            bools = [self.read(fact) for fact in self.facts() if fact.type is Type.BOOL]
            return self.one_of(self.one_of(*bools), f"({self.one_of(*bools)} == {self.one_of(*bools)})")
        if form < 0.45:
            return self.about_text()
        if form < 0.6 and not self.over_lines:
            inner = replace(self, over_lines=True).condition(1)
            return f"lines.{self.one_of('exists', 'all')}(line, {inner})"
        return self.about_number()

    def about_text(self) -> str:
        fact = self.random.choice([fact for fact in self.facts() if fact.type is Type.STRING])
        other = self.random.choice([fact for fact in self.facts() if fact.type is Type.STRING])
        words = [f'"{self.random.choice(fact.values or WORDS)}"' for _ in range(self.one_of(1, 3, 9))]
        sign, one = self.one_of("==", "!="), self.read(fact)
        listed = "lists.cold" if fact.name == "line.temperature" else "lists.golden"
        return self.one_of(
            f"{one} {sign} {words[0]}",
            f"{words[0]} {sign} {one}",
            f"{one} {sign} {self.read(other)}",
            f"{one} in [{', '.join(words)}]",
            f"{one} in [{', '.join(words)}]"
            if fact.values and listed == "lists.golden"
            else f"{one} in {listed}",
            f'{one}.startsWith("G")',
        )

    def about_number(self) -> str:
        type_ = self.one_of(*NUMERIC, Type.CLOCK)
        if self.random.random() < 0.2:
            members = ", ".join(self.literal(type_) for _ in range(self.one_of(1, 3, 9)))
            return f"{self.number(type_, 1)} in [{members}]"
        sign = self.one_of("==", "!=", "<", "<=", ">", ">=")
        return f"{self.number(type_, 2)} {sign} {self.number(type_, 2)}"

    def number(self, type_: Type, depth: int) -> str:
        reads = [self.read(fact) for fact in self.facts() if fact.type is type_]
        if depth == 0 or type_ is Type.CLOCK or self.random.random() < 0.3:
            return self.one_of(*reads) if reads and self.random.random() < 0.7 else self.literal(type_)
        one, other = self.number(type_, depth - 1), self.number(type_, depth - 1)
        forms = [f"({one} + {other})", f"({one} - {other})", f"-({one})"]
        if type_ in PLAIN:
            forms.append(f"({one} * {other})")
        if type_ is Type.FLOAT:
            forms.append(f"float({self.number(Type.INT, depth - 1)})")
        if not self.over_lines and type_ is Type.INT:
            forms.append(f"lines.count(line, {replace(self, over_lines=True).condition(1)})")
        if not self.for_cel:
            forms += self.own_forms(type_, depth, one)
        return self.one_of(*forms)

    def own_forms(self, type_: Type, depth: int, one: str) -> list[str]:
        """Numbers in ways that CEL has not."""
        forms = []
        if not self.over_lines:
            inner = replace(self, over_lines=True).number(type_, depth - 1)
            forms += [f"lines.{method}(line, {inner})" for method in ("sum", "max")]
        if type_ is Type.INT:
            forms.append("size(lists.golden)")
        if type_ is Type.FLOAT:
            of = self.one_of(*UNIT, Type.FLOAT)
            whole, part = self.number(of, depth - 1), self.number(of, depth - 1)
            forms += [f"({whole} / {self.divisor(of)})", f"div({whole}, {part}, {self.literal(type_)})"]
        if type_ in UNIT:
            factor = self.one_of(*PLAIN)
            scale = self.number(factor, depth - 1)
            forms += [f"({one} * {scale})", f"({scale} * {one})", f"({one} / {self.divisor(factor)})"]
            forms.append(f"div({one}, {scale}, {self.literal(type_)})")
        return forms

    def facts(self) -> list[Fact]:
        if not self.over_lines:
            return list(FACTS_OF_CELLS)
        scopes = (Scope.LINE, Scope.ORDER, Scope.TIME)
        return [fact for fact in FACTS_OF_CELLS if fact.scope in scopes]

    def read(self, fact: Fact) -> str:
        return f"default({fact.name}, {self.literal(fact.type)})" if fact.optional else fact.name

    def literal(self, type_: Type) -> str:
        match type_:
            case Type.STRING:
                return f'"{self.random.choice(WORDS)}"'
            case Type.BOOL:
                return self.one_of("true", "false")
            case Type.CLOCK:
                return f'clock("{self.one_of("00:00", "08:15", "23:59")}")'
            case Type.FLOAT:
                return self.one_of("0.0", "0.5", "1.25", "3.0", "12.125" if self.for_cel else "123456789.125")
            case Type.INT:
                return self.one_of("0", "1", "2", "3", "7" if self.for_cel else "999999999999999")
            case Type.MONEY:
                return f"usd({self.one_of('0', '0.01', '1.5', '-2', '99' if self.for_cel else '999999')})"
            case _:
                return f"{UNIT[type_]}({self.one_of(0, 1, 2, 5, -3, 7 if self.for_cel else 999_999_999_999_999)})"

    def divisor(self, type_: Type) -> str:
        plain = {Type.INT: "3", Type.FLOAT: self.one_of("0.000000001", "-4.0")}
        return plain.get(type_) or f"{UNIT[type_]}(3)"

    def one_of(self, *choices: Any) -> Any:
        return self.random.choice(choices)
