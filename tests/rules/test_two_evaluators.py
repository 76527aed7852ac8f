"""The batch evaluator and the one-cell evaluator agree on random expressions and facts, and with counting by hand."""

from random import Random
from typing import Any

import numpy as np
import pytest

from router.rules.effects import Ban, Cost
from router.rules.scalar import Cell, evaluate
from router.rules.vocabulary import FACTS, VOCABULARY, Fact, Facts, Type
from tests.proving import seeds
from tests.rules.builders import a_rule_file, compiled, some_facts

ORDERS, LINES, NODES, SERVICES = 4, 6, 3, 2
EXPRESSIONS = 60
LENGTHS = {"O": ORDERS, "L": LINES, "N": NODES, "S": SERVICES}
WORDS = ("", "GOLD", "WEB", "US", "GO")
UNIT = {Type.MONEY: "usd", Type.WEIGHT: "g", Type.DISTANCE: "km", Type.DAYS: "days"}
NUMERIC = (Type.INT, Type.FLOAT, *UNIT)


def a_literal(random: Random, type_: Type) -> str:
    match type_:
        case Type.STRING:
            return f'"{random.choice(WORDS)}"'
        case Type.BOOL:
            return random.choice(("true", "false"))
        case Type.FLOAT:
            return f"{random.choice((0.0, 0.5, 1.25, 3.0, 123456789.125))}"
        case Type.INT:
            return str(random.choice((0, 1, 2, 3, 7, 999_999_999_999_999)))
        case Type.MONEY:
            return f"usd({random.choice(('0', '0.01', '1.5', '-2', '999999'))})"
        case _:
            return f"{UNIT[type_]}({random.choice((0, 1, 2, 5, -3, 999_999_999_999_999))})"


def a_divisor(random: Random, type_: Type) -> str:
    return {Type.INT: "3", Type.FLOAT: random.choice(("0.000000001", "-4.0"))}.get(
        type_
    ) or f"{UNIT[type_]}(3)"


def a_number(random: Random, type_: Type, depth: int) -> str:
    facts = [fact.name for fact in VOCABULARY if fact.type is type_]
    if depth == 0 or random.random() < 0.3:
        return random.choice(facts) if facts and random.random() < 0.7 else a_literal(random, type_)
    deeper = [a_number(random, type_, depth - 1) for _ in range(2)]
    forms = [f"({deeper[0]} + {deeper[1]})", f"({deeper[0]} - {deeper[1]})", f"-({deeper[0]})"]
    if type_ in (Type.INT, Type.FLOAT):
        forms.append(f"({deeper[0]} * {deeper[1]})")
    if type_ is Type.FLOAT:
        other = random.choice((*UNIT, Type.FLOAT))
        forms.append(f"({a_number(random, other, depth - 1)} / {a_divisor(random, other)})")
        forms.append(f"float({a_number(random, Type.INT, depth - 1)})")
    if type_ in UNIT:
        factor = random.choice((Type.INT, Type.FLOAT))
        forms.append(f"({deeper[0]} * {a_number(random, factor, depth - 1)})")
        forms.append(f"({a_number(random, factor, depth - 1)} * {deeper[0]})")
        forms.append(f"({deeper[0]} / {a_divisor(random, factor)})")
    return random.choice(forms)


def a_condition(random: Random, depth: int) -> str:
    if depth > 0 and random.random() < 0.6:
        parts = [a_condition(random, depth - 1) for _ in range(random.randint(2, 3))]
        return random.choice((f"({' && '.join(parts)})", f"({' || '.join(parts)})", f"!({parts[0]})"))
    if random.random() < 0.4:
        texts = [fact.name for fact in VOCABULARY if fact.type is Type.STRING]
        one, other = random.sample(texts, 2)
        words = ", ".join(a_literal(random, Type.STRING) for _ in range(3))
        return random.choice(
            (
                f"{one} {random.choice(('==', '!='))} {a_literal(random, Type.STRING)}",
                f"{one} {random.choice(('==', '!='))} {other}",
                f"{one} in [{words}]",
                f'{one}.startsWith("G")',
                "node.is_open",
                "order.has_promise == node.is_open",
            )
        )
    type_ = random.choice(NUMERIC)
    if random.random() < 0.2:
        members = ", ".join(a_literal(random, type_) for _ in range(3))
        return f"{a_number(random, type_, 1)} in [{members}]"
    sign = random.choice(("==", "!=", "<", "<=", ">", ">="))
    return f"{a_number(random, type_, 2)} {sign} {a_number(random, type_, 2)}"


def some_values(random: Random, fact: Fact) -> Any:
    shape = tuple(LENGTHS[axis] for axis in fact.scope.value)
    count = int(np.prod(shape))
    if fact.type is Type.STRING:
        values: list[Any] = [random.choice(WORDS) for _ in range(count)]
    elif fact.type is Type.BOOL:
        values = [random.random() < 0.5 for _ in range(count)]
    else:
        values = [random.choice((0, 1, 2, 3, 100, 150_000, 10**12)) for _ in range(count)]
    return np.array(values).reshape(shape)


def random_facts(random: Random) -> Facts:
    line_order = [*range(ORDERS), *(random.randrange(ORDERS) for _ in range(LINES - ORDERS))]
    return some_facts(
        line_order=sorted(line_order), orders=ORDERS, nodes=NODES, services=SERVICES,
        columns={name: some_values(random, fact) for name, fact in FACTS.items()},
    )  # fmt: skip


def cells() -> list[Cell]:
    return [
        Cell(line=line, node=node, service=service)
        for line in range(LINES)
        for node in range(NODES)
        for service in range(SERVICES)
    ]


@pytest.mark.parametrize("seed", seeds(0, 6))
def test_a_batch_and_its_cells_agree_on_bans(seed):
    random = Random(seed)
    expressions = [a_condition(random, 3) for _ in range(EXPRESSIONS)]
    bans = "".join(
        f"  - {{id: x{number}, because: why, ban: '{text}'}}\n" for number, text in enumerate(expressions)
    )
    rules, facts = compiled(a_rule_file("constraints:\n" + bans)), random_facts(random)
    removals = {one.rule.name: one for one in rules.evaluate(facts, (0,) * ORDERS).removals}

    fired = 0
    for ban, text in zip(rules.sets[0].constraints, expressions, strict=True):
        assert isinstance(ban, Ban)
        expected = [bool(evaluate(ban.condition, facts, cell)) for cell in cells()]
        fired += any(expected)
        removal = removals.get(ban.ref.name)
        found = [False] * len(expected)
        if removal is not None:
            by_line = removal.mask if removal.of_lines else removal.mask[facts.line_order]
            found = np.broadcast_to(by_line, (LINES, NODES, SERVICES)).ravel().tolist()
        assert found == expected, f"seed {seed}: {text}"
    assert 10 < fired < EXPRESSIONS, f"seed {seed}: {fired} rules fired"


@pytest.mark.parametrize("seed", seeds(0, 6))
def test_a_batch_and_its_cells_agree_on_amounts(seed):
    random = Random(seed)
    expressions = [a_number(random, Type.MONEY, 4) for _ in range(EXPRESSIONS)]
    costs = "".join(
        f"  - {{id: x{number}, per: unit, amount: '{text}'}}\n" for number, text in enumerate(expressions)
    )
    rules, facts = compiled(a_rule_file("costs:\n" + costs)), random_facts(random)
    charges = {one.rule.name: one for one in rules.evaluate(facts, (0,) * ORDERS).charges}

    charged = 0
    for cost, text in zip(rules.sets[0].costs, expressions, strict=True):
        assert isinstance(cost, Cost)
        exact = [int(evaluate(cost.amount, facts, cell)) for cell in cells()]
        expected = [max(-(10**11), min(10**11, amount)) for amount in exact]
        charged += any(expected)
        charge = charges.get(cost.ref.name)
        found = [0] * len(expected)
        if charge is not None:
            found = np.broadcast_to(charge.amount_milli, (LINES, NODES, SERVICES)).ravel().tolist()
        assert found == expected, f"seed {seed}: {text}"
    assert charged > 10, f"seed {seed}: {charged} rules charged"
