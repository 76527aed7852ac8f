"""What the linter claims against every order that there is: random packs over facts with few values, all combined."""

from collections.abc import Iterable, Mapping
from functools import lru_cache, reduce
from itertools import product
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from router.rules.blocks.effects import Block
from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.calendar import in_zone
from router.rules.expressions.forms import Forms
from router.rules.expressions.grid import Batch
from router.rules.expressions.terms import Term, conjunction
from router.rules.lint.lint import lint
from router.rules.ruleset import CompiledRules
from router.rules.vocabulary import FACTS, Facts
from tests.proving import seeds
from tests.rules.builders import a_column, a_rule_file
from tests.rules.lint.linting import pack_of

TEMPERATURES, KINDS = FACTS["line.temperature"].values, FACTS["node.kind"].values
CHANNELS = ("app", "web", "another")
HOURS, MONTHS = range(24), range(1, 13)
ORDERS = list(product(CHANNELS, TEMPERATURES, (False, True), HOURS, MONTHS))
Mask = NDArray[np.bool_]


def every_order() -> Facts:
    """Each combination of channel, temperature, pre-order, hour and month is an order of one line; each kind a node."""
    zone = "America/New_York"
    channel, temperature, preorder, hour, month = zip(*ORDERS, strict=True)
    columns = {
        "order.channel": a_column("order.channel", channel),
        "line.temperature": a_column("line.temperature", temperature),
        "line.is_preorder": a_column("line.is_preorder", preorder),
        in_zone(FACTS["time.hour"], zone).name: a_column("time.hour", hour),
        in_zone(FACTS["time.month"], zone).name: a_column("time.month", month),
        "node.kind": a_column("node.kind", KINDS),
    }
    return Facts(
        order_count=len(ORDERS), node_count=len(KINDS), service_count=1,
        line_order=np.arange(len(ORDERS)), columns=columns,
    )  # fmt: skip


EVERY_ORDER = every_order()


def where(term: Term) -> Mask:
    """The orders and kinds of node [O, N] at which a condition holds."""
    grid = Batch(EVERY_ORDER, Forms([term])).grid(term).bools[:, :, 0]
    return np.broadcast_to(grid, (len(ORDERS), len(KINDS)))


def an_atom(random: Random) -> str:
    number = random.choice(("time.hour", "time.month"))
    bound = random.randrange(14)
    sign = random.choice(("<", "<=", ">", ">=", "==", "!="))
    return random.choice(
        (
            f'order.channel {random.choice(("==", "!="))} "{random.choice(CHANNELS[:2])}"',
            f'line.temperature {random.choice(("==", "!="))} "{random.choice(TEMPERATURES)}"',
            f'node.kind in ["{random.choice(KINDS)}", "{random.choice(KINDS)}"]',
            "line.is_preorder",
            f"{number} {sign} {bound}",
            f"time.hour + time.month {sign} {2 * bound}",
            f"time.hour - time.month * 2 {sign} {bound - 8}",
            f"{number} * 3 {sign} {3 * bound + random.randrange(3)}",
        )
    )


def a_condition(random: Random) -> str:
    parts = [an_atom(random) for _ in range(random.randrange(1, 4))]
    parts = [f"!({part})" if random.random() < 0.2 else part for part in parts]
    if len(parts) == 3 and random.random() < 0.4:
        return f"({parts[0]} || {parts[1]}) && {parts[2]}"
    return (" || " if random.random() < 0.25 else " && ").join(parts)


def a_pack(seed: int) -> CompiledRules:
    random = Random(seed)
    bans = "".join(
        f"  - {{id: ban-{number}, ban: '{a_condition(random)}', because: tests}}\n" for number in range(6)
    )
    uses = "".join(
        f"  - {{id: use-{number}, when: '{a_condition(random)}', use: [UPS/S{number}]}}\n"
        for number in range(9)
    )
    return pack_of(
        a_rule_file(
            f"constraints:\n{bans}carriers:\n{uses}  - {{id: default, use: [UPS/D]}}\n",
            applies=an_order(random),
        )
    )


def an_order(random: Random) -> str:
    return random.choice(("true", 'order.channel != "web"', 'order.channel in ["app", "web"]'))


@lru_cache(maxsize=1)
def linted(seed: int) -> tuple[CompiledRules, tuple[Diagnostic, ...]]:
    rules = a_pack(seed)
    return rules, lint(rules)


def claimed(findings: Iterable[Diagnostic], code: Code) -> set[str]:
    """The ids of the rules that findings of a code are about."""
    return {one.message.split("`")[1] for one in findings if one.code is code}


def masks(rules: CompiledRules, block: Block) -> dict[str, Mask]:
    (one,) = rules.sets
    return {
        rule.ref.name.partition("/")[2]: where(conjunction(one.applies, rule.condition))
        for rule in one.block(block)
    }


@pytest.mark.parametrize("seed", seeds(1, 25))
def test_exactly_the_idle_rules_are_found(seed: int) -> None:
    rules, findings = linted(seed)
    bans, uses = masks(rules, Block.CONSTRAINTS), masks(rules, Block.CARRIERS)

    assert claimed(findings, Code.UNREACHABLE) == unreachable(uses), f"seed {seed}"
    assert claimed(findings, Code.CONTRADICTION) == {
        name for name, mask in (bans | uses).items() if not mask.any()
    }, f"seed {seed}"
    assert are_subsumed(bans, claimed(findings, Code.SUBSUMED)), f"seed {seed}"


def unreachable(uses: Mapping[str, Mask]) -> set[str]:
    """Rules that hold somewhere, and nowhere without one before them."""
    dead = set()
    decided = np.zeros((len(ORDERS), len(KINDS)), np.bool_)
    for name, mask in uses.items():
        if name != "carriers.default" and mask.any() and not (mask & ~decided).any():
            dead.add(name)
        decided = decided | mask
    return dead


def are_subsumed(bans: Mapping[str, Mask], idle: set[str]) -> bool:
    """Whether each idle ban is inside one that is not idle, and no other ban is inside another."""
    left = {name: mask for name, mask in bans.items() if name not in idle and mask.any()}
    return all(any(not (bans[name] & ~mask).any() for mask in left.values()) for name in idle) and not any(
        name != other and not (mask & ~wider).any()
        for name, mask in left.items()
        for other, wider in left.items()
    )


@pytest.mark.parametrize("seed", seeds(1, 25))
def test_exactly_where_some_order_is_left_no_kind_of_node_something_is_found(seed: int) -> None:
    random = Random(seed)
    lines = [
        f"  - {{id: ban-{number}, when: '{an_order_part(random)}', ban: '{a_node_part(random)}', because: tests}}\n"
        for number in range(7)
    ]
    rules = pack_of("constraints:\n" + "".join(lines))
    banned = reduce(np.logical_or, masks(rules, Block.CONSTRAINTS).values())

    assert bool(claimed(lint(rules), Code.NOTHING_LEFT)) == bool(banned.all(axis=1).any()), f"seed {seed}"


def an_order_part(random: Random) -> str:
    words = (
        f'order.channel == "{random.choice(CHANNELS[:2])}"', f'line.temperature == "{random.choice(TEMPERATURES)}"',
        f'line.temperature != "{random.choice(TEMPERATURES)}"', "line.is_preorder", "!line.is_preorder",
    )  # fmt: skip
    return " && ".join(random.sample(words, 2))


def a_node_part(random: Random) -> str:
    return random.choice((f'node.kind == "{random.choice(KINDS)}"', f'node.kind != "{random.choice(KINDS)}"'))
