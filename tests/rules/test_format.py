"""One style for rule files: what `router rules fmt` writes."""

import random
import re
from pathlib import Path

import pytest

from router.rules.blocks.format import format_file, format_rules
from tests.proving import seeds

PACKS = sorted((Path(__file__).resolve().parents[2] / "rules").rglob("*.yaml"))

UNTIDY = """\
# Stores.
currency: USD
kind: RuleSet/v1
id: "stores"
revision: "2026.11"

# How dear a shipment is.
costs:
    - per: shipment   # all of it
      id: handling
      amount: usd(1.25)
    - amount: usd(0.35)
      per: unit
      id: picking
filters:
  - id: near
    # beyond it a parcel costs more than it earns
    keep: 'pair.distance <= km(1500)'


  - id: home
    keep: 'dest.region in ["CA", "NY"]'
applies: dest.country == "US"
priority: 20
"""

TIDY = """\
# Stores.
kind: RuleSet/v1
id: stores
revision: "2026.11"
priority: 20
currency: USD
applies: dest.country == "US"

filters:
  - id: near
    # beyond it a parcel costs more than it earns
    keep: pair.distance <= km(1500)

  - id: home
    keep: dest.region in ["CA", "NY"]

# How dear a shipment is.
costs:
  - per: shipment # all of it
    id: handling
    amount: usd(1.25)
  - {id: picking, amount: usd(0.35), per: unit}
"""


def formatted(text: str) -> str:
    after, faults = format_file("rules.yaml", text.encode())
    assert after is not None, faults
    return after


def comments_of(text: str) -> list[str]:
    return sorted(match.strip() for match in re.findall(r"#.*", text))


def test_keys_find_their_order_and_comments_go_with_them() -> None:
    assert formatted(UNTIDY) == TIDY


def test_a_network_file_lists_its_nodes_services_and_products_one_a_line() -> None:
    assert (
        formatted("""\
products: {LAMP: {price: 'usd(40)', weight: kg(2)}}
nodes:
    WH-A: {at: [40.52, -74.40],
           stock: {LAMP: 9}}
services: {UPS/GROUND: {price: usd(8), transit_days: 3}}
kind: "Network/v1"
timezone: America/New_York
currency: USD
""")
        == """\
kind: Network/v1
currency: USD
timezone: America/New_York

nodes:
  WH-A: {at: [40.52, -74.40], stock: {LAMP: 9}}

services:
  UPS/GROUND: {price: usd(8), transit_days: 3}

products:
  LAMP: {price: usd(40), weight: kg(2)}
"""
    )


def test_a_case_file_begins_with_what_its_cases_share_and_keeps_them_apart() -> None:
    assert (
        formatted("""\
cases:
- name: "a battery goes by ground"
  given: {order: {lines: [BATTERY]}}
  expect:
    service: UPS/GROUND
    fired: ["no-flight"]
    shipments: "<= 2"

- {name: b, given: {order: {lines: [LAMP]}}, expect: {cost: "usd(7)"}}
networks:
  small: {currency: USD, nodes: {WH-A: {at: [40.52, -74.40]}}, services: {}}
now: "2026-12-01T09:00"
kind: RuleTests/v1
use: small
""")
        == """\
kind: RuleTests/v1
use: small
now: "2026-12-01T09:00"

networks:
  small:
    currency: USD
    nodes:
      WH-A: {at: [40.52, -74.40]}
    services: {}

cases:
  - name: a battery goes by ground
    given: {order: {lines: [BATTERY]}}
    expect: {service: UPS/GROUND, fired: [no-flight], shipments: <= 2}

  - {name: b, given: {order: {lines: [LAMP]}}, expect: {cost: usd(7)}}
"""
    )


def test_formatting_twice_changes_nothing() -> None:
    assert formatted(TIDY) == TIDY


def test_a_file_that_is_not_sound_yaml_is_left_alone_and_its_fault_named() -> None:
    after, faults = format_file("rules.yaml", b"a: [1\nb: 2\n")

    assert after is None
    assert [fault.code for fault in faults] == ["L101"]


def test_a_file_in_braces_stays_as_it_is() -> None:
    assert format_rules("{kind: RuleSet/v1, id: x}\n") == "{kind: RuleSet/v1, id: x}\n"


@pytest.mark.parametrize(
    "text",
    [
        "NO",
        "01234",
        "16:30",
        "1e3",
        "2026-11-23",
        "yes",
        "~",
        "null",
        "1.5",
        "7",
        "a: b",
        "a #b",
        "- a",
        "",
        " a",
    ],
)
def test_text_that_a_reader_could_take_for_something_else_keeps_its_quotes(text: str) -> None:
    file = f'lists:\n  words: ["{text}"]\n'

    assert formatted(file) == file


@pytest.mark.parametrize("file", PACKS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_the_packs_are_in_that_style(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert formatted(text) == text


@pytest.mark.parametrize("seed", seeds(1, 30))
def test_any_file_keeps_its_meaning_and_its_comments(seed: int) -> None:
    chance = random.Random(seed)
    text = any_file(chance)

    after = formatted(text)

    assert comments_of(after) == comments_of(text), f"seed {seed}\n{text}"
    assert formatted(after) == after, f"seed {seed}\n{text}"
    assert not re.search(r"^\s*[}\]]", after, re.MULTILINE), f"seed {seed}\n{text}"


def any_file(chance: random.Random) -> str:
    """Header keys and rules in any order, with any quotes, forms, blank lines and comments."""
    header = [
        "kind: RuleSet/v1",
        "id: 'x'",
        'owner: "a team"',
        "priority: 1",
        "currency: USD",
        'applies: order.id != ""',
    ]
    blocks = [
        any_block(chance, name) for name in chance.sample(["filters", "costs", "scores", "carriers"], 3)
    ]
    parts = [*header, *blocks]
    chance.shuffle(parts)
    lines = []
    for part in parts:
        lines += [""] * chance.randrange(3)
        if chance.random() < 0.3:
            lines.append(f"# note {chance.randrange(1000)}")
        lines.append(part)
    return "\n".join(lines) + "\n"


def any_block(chance: random.Random, name: str) -> str:
    indent = " " * chance.choice((0, 2, 4))
    lines = [f"{name}:"]
    for number in range(chance.randint(1, 4)):
        fields = [
            f"id: r{number}",
            f"when: {any_text(chance)}",
            f"because: {any_text(chance)}",
            "use: [A/B, C/D]",
        ]
        chance.shuffle(fields)
        if chance.random() < 0.3:
            lines.append(f"{indent}# about {chance.randrange(1000)}")
        if chance.random() < 0.3:
            lines.append(f"{indent}- {{id: r{number}, weight: {chance.randrange(99)}, value: 1.0}}")
            continue
        lines.append(f"{indent}- {fields[0]}")
        for field in fields[1:]:
            if chance.random() < 0.15:
                lines.append(f"{indent}  # inside {chance.randrange(1000)}")
            lines.append(
                f"{indent}  {field}" + (f"  # end {chance.randrange(1000)}" if chance.random() < 0.2 else "")
            )
        if chance.random() < 0.3:
            lines += [
                f"{indent}  soften:",
                f"{indent}    cost: usd({chance.randrange(9)})",
                f"{indent}    per: line",
            ]
        lines += [""] * chance.randrange(2)
    return "\n".join(lines)


def any_text(chance: random.Random) -> str:
    texts = (
        "plain words",
        'line.hazmat in ["A", "B"]',
        "it's late",
        "usd(1.50)",
        'order.tier == "GOLD" && x',
        "16:30",
        "NO",
    )
    text = chance.choice(texts)
    if text in ("16:30", "NO") or chance.random() < 0.4:
        return "'{}'".format(text.replace("'", "''")) if chance.random() < 0.5 or '"' in text else f'"{text}"'
    return text
