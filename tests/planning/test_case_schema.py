"""The schemas that editors read: they know what the checker knows, and accuse nothing that it accepts."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from router.planning.cases.case_files import NETWORK_SUFFIX, read_cases
from router.planning.cases.case_schema import SCHEMAS
from router.rules.blocks.effects import Block
from router.rules.blocks.table import SPECS
from router.rules.diagnostics import Code, Diagnostic, Severity
from router.rules.ruleset import compile_rules
from tests.planning.case_builders import RULES as RULE_FILE
from tests.planning.schema_builders import FILES, RULES, faults, kind_of, values_of
from tests.proving import seeds
from tests.rules.builders import a_rule_file, compiled, compiling

A_RULE = {
    Block.HOLDS: "{id: a, when: order.total > usd(9), because: x}",
    Block.ON_ACCOUNT: "{id: a, because: x}",
    Block.SUBSTITUTES: "{id: a, offer: [LAMP]}",
    Block.FILTERS: "{id: a, keep: node.is_open}",
    Block.CONSTRAINTS: "{id: a, ban: node.is_open, because: x}",
    Block.TOGETHER: "{id: a}",
    Block.SAFETY_STOCK: "{id: a, keep: 2}",
    Block.STOCK_CAPS: "{id: a, units: 2}",
    Block.SCORES: "{id: a, weight: 2, value: 0.5}",
    Block.COSTS: "{id: a, per: shipment, amount: usd(1)}",
    Block.CARRIERS: "{id: default, use: [A/B]}",
    Block.SPLITS: "{id: default}",
    Block.BACKORDER: "{id: default, do: HOLD}",
}
"""The least that a rule of each block says."""


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_sound_draft_07(kind: str) -> None:
    schema = SCHEMAS[kind]()

    Draft7Validator.check_schema(dict(schema))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_the_files_of_the_packs_are_accepted(file: Path) -> None:
    assert faults(kind_of(file.name), values_of(file.read_bytes())) == []


@pytest.mark.parametrize("block", Block)
def test_a_block_has_the_keys_that_the_checker_takes(block: Block) -> None:
    rule = A_RULE[block].replace("{", "{nonsense: 1, ")
    unknown = [
        one for one in compiling(a_rule_file(f"{block}:\n  - {rule}\n")).diagnostics if one.code == "L103"
    ]
    properties = SCHEMAS["rules"]()["properties"][block]["items"]["properties"]

    assert [set(one.expected.split(", ")) for one in unknown] == [set(properties)]


def test_a_rule_file_has_the_keys_that_the_checker_takes() -> None:
    (unknown,) = [one for one in compiling(a_rule_file("nonsense: 1\n")).diagnostics if one.code == "L103"]

    assert set(unknown.expected.split(", ")) == set(SCHEMAS["rules"]()["properties"])


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("filtres: []", "$: Additional properties are not allowed ('filtres' was unexpected)"),
        ("filters:\n  - {id: Open, keep: node.is_open}", "$.filters[0].id: 'Open' does not match"),
        ("filters:\n  - {id: open, keep: node.is_open, wen: a}", "$.filters[0]: Additional properties are not allowed"),
        ("filters:\n  - {id: open}", "$.filters[0]: 'keep' is a required property"),
        ("filters: {id: open}", "$.filters: {'id': 'open'} is not of type 'array'"),
        ("costs:\n  - {id: a, per: box, amount: usd(1)}", "$.costs[0].per: 'box' is not one of ['shipment',"),
        ("splits:\n  - {id: default, max_shipments: 0}", "$.splits[0].max_shipments: 0 is less than the minimum of 1"),
        ("splits:\n  - {id: default, complete: maybe}", "$.splits[0].complete: 'maybe' is not of type 'boolean'"),
        ("stock_caps:\n  - {id: a, share: 1.5}", "$.stock_caps[0].share: 1.5 is greater than the maximum of 1"),
        ("carriers:\n  - {id: default, use: [UPS]}", "$.carriers[0].use[0]: 'UPS' does not match"),
        ("backorder:\n  - {id: default, do: WAIT}", "$.backorder[0].do: 'WAIT' is not one of ['BACKORDER', 'CANCEL'"),
        ("objective: {tiers: [cost]}", "$.objective.tiers[0]: 'cost' is not one of ['unshipped_units', 'late_days',"),
        ("attributes: {order.gift: bool}", "$.attributes: 'order.gift' does not match"),
        ("attributes: {order.attr.gift: yesno}", "$.attributes['order.attr.gift']: 'yesno' is not one of"),
        ("lists: {no flight: [A]}", "$.lists: 'no flight' does not match"),
        ('effective: {from: "tomorrow"}', "$.effective.from: 'tomorrow' does not match"),
        ("tests:\n  - {name: a, given: {}, expect: {}}", "$.tests[0].given: 'order' is a required property"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_at_its_place(body: str, fault: str) -> None:
    found = faults("rules", values_of(a_rule_file(body + "\n")))

    assert [one[: len(fault)] for one in found] == [fault]


@pytest.mark.parametrize("block", Block)
def test_the_examples_that_an_editor_offers_are_good(block: Block) -> None:
    properties = SCHEMAS["rules"]()["properties"][block]["items"]["properties"]
    least = values_of(f"rule: {A_RULE[block]}")["rule"]
    offered = [
        (key, word)
        for key, schema in properties.items()
        if key != "id"
        for word in schema.get("examples", ())
    ]
    header = values_of(a_rule_file("objective: {point_value: usd(0.01)}\n"))

    for key, word in offered:
        rule = least | {key: word}
        rule["id"] = "default" if SPECS[block].first_match and key != "when" else "a"
        if rule.get("per") == "shipment" and "lane" in str(word):
            rule["per"] = "late_day"
        rules = [rule, least] if SPECS[block].first_match and key == "when" else [rule]
        file = json.dumps(header | {str(block): rules})
        assert compiling(file).diagnostics == (), f"{key}: {word}"


def errors(found: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    return [one for one in found if one.severity is Severity.ERROR]


def spoiled(values: Any, chance: random.Random) -> Any:
    """The values with one thing in them misspelled, left out, doubled or made another kind of thing."""
    values = json.loads(json.dumps(values))
    places = list(places_of(values))
    holder, key = chance.choice(places)
    deed = chance.randrange(4)
    if deed == 0 and isinstance(holder, dict):
        holder[f"{key}x"] = holder.pop(key)
    elif deed == 1:
        del holder[key]
    elif deed == 2:
        holder[key] = chance.choice(["nonsense", 7, -1, 2.5, True, None, [], {}, ["x"], {"x": 1}])
    elif isinstance(holder, dict):
        other, again = chance.choice(places)
        holder[f"{again}"] = json.loads(json.dumps(other[again]))
    else:
        holder.append(json.loads(json.dumps(holder[key])))
    return values


def places_of(values: Any) -> Any:
    items = (
        values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    )
    for key, value in items:
        yield values, key
        yield from places_of(value)


@pytest.mark.parametrize("seed", seeds(1, 60))
def test_what_the_schema_refuses_the_checker_refuses_too_and_it_knows_every_key(seed: int) -> None:
    chance = random.Random(seed)
    file = chance.choice(FILES)
    kind = kind_of(file.name)
    values = spoiled(values_of(file.read_bytes()), chance)
    content = json.dumps(values, indent=1).encode()
    if kind == "rules":
        compilation = compile_rules({"a.yaml": content})
        found = compilation.diagnostics
        if compilation.rules is not None:
            networks = {one.name: one.read_bytes() for one in file.parent.glob(f"*{NETWORK_SUFFIX}")}
            found += read_cases(compilation.rules, networks, compilation.tests).diagnostics
    else:
        beside = {one.name: one.read_bytes() for one in file.parent.iterdir() if kind_of(one.name) != "rules"}
        rules = compile_rules({one.name: one.read_bytes() for one in file.parent.glob("*.yaml")}).rules
        assert rules is not None
        book = read_cases(rules, {**beside, file.name: content}, ())
        found = tuple(one for one in book.diagnostics if one.file == file.name)
    refused = faults(kind, values)

    told = f"seed {seed}, {file.relative_to(RULES)}\n{refused}\n{found}"
    assert not refused or errors(found), told
    assert not any(one.code is Code.UNKNOWN_KEY for one in found) or refused, told


def test_cases_inside_rule_files_are_checked_as_well() -> None:
    cases = "tests:\n  - {name: a, given: {order: {lines: [A]}}, expect: {shipmets: 1}}\n"

    assert faults("rules", values_of(RULE_FILE + cases)) == [
        "$.tests[0].expect: Additional properties are not allowed ('shipmets' was unexpected)"
    ]
    assert compiled((RULE_FILE + cases).encode()).rule_count > 0
