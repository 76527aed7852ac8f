"""The header of a rule file: owner, time zone, lists, a company's own facts, and what plans are compared by."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from router.domain.plan import Level
from router.rules.blocks.context import Context
from router.rules.blocks.dates import find_zone
from router.rules.diagnostics import Code, Findings, shown
from router.rules.expressions.terms import Value
from router.rules.text.fields import Fields, head, read_choice, read_fields, read_items, read_text, wrong_kind
from router.rules.text.tree import Entry, Node
from router.rules.text.tree import Mapping as MappingNode
from router.rules.verdicts import ObjectivePolicy, RuleRef
from router.rules.vocabulary import ATTRIBUTE_SCOPES, Fact, Type

LIST_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
ATTRIBUTE_NAME = re.compile(r"((?:order|line|node)\.attr\.)[A-Za-z_][A-Za-z0-9_]{0,63}")
ATTRIBUTE_TYPES = (Type.BOOL, Type.INT, Type.FLOAT, Type.STRING)
LAST_TIE = "node_id"


def read_owner(fields: Fields, root: MappingNode, findings: Findings) -> str:
    if "owner" in fields:
        return read_text(fields["owner"], "`owner`", findings) or ""
    findings.add(
        Code.UNEXPLAINED, head(root), "the rule set has no `owner`", help="name the team to ask about it"
    )
    return ""


def read_zone(node: Node | None, findings: Findings) -> ZoneInfo | None:
    if node is None:
        return None
    name = read_text(node, "`timezone`", findings)
    zone = find_zone(name) if name is not None else None
    if name is not None and zone is None:
        findings.add(
            Code.BAD_DATE, node.span, f"unknown time zone {shown(name)}", expected="such as America/New_York"
        )
    return zone


def read_lists(node: Node | None, findings: Findings) -> Mapping[str, frozenset[Value]]:
    """The named lists of strings."""
    lists: dict[str, frozenset[Value]] = {}
    for entry in _entries(node, "lists", findings):
        if LIST_NAME.fullmatch(entry.key.text) is None:
            message = f"a list cannot be named {shown(entry.key.text)}"
            findings.add(Code.BAD_VALUE, entry.key.span, message, expected="letters, digits and `_`")
        texts = (read_text(item, "an item", findings) for item in read_items(entry.value, "a list", findings))
        lists[entry.key.text] = frozenset(text for text in texts if text is not None)
    return lists


def read_attributes(node: Node | None, findings: Findings) -> Mapping[str, Fact]:
    """The company's own facts by name, as `attributes: {order.attr.gift: bool}` declares them."""
    attributes: dict[str, Fact] = {}
    for entry in _entries(node, "attributes", findings):
        name = entry.key.text
        match = ATTRIBUTE_NAME.fullmatch(name)
        if match is None:
            findings.add(
                Code.BAD_VALUE, entry.key.span, f"an attribute cannot be named {shown(name)}",
                expected="order.attr.gift, line.attr.brand or node.attr.docks",
                word=name, known=[prefix + name.rpartition(".")[2] for prefix in ATTRIBUTE_SCOPES],
            )  # fmt: skip
        type_ = read_choice(entry.value, f"{shown(name)}", ATTRIBUTE_TYPES, findings)
        if match is None or type_ is None:
            continue
        kind = match[1].partition(".")[0]
        attributes[name] = Fact(
            name, Type(type_), ATTRIBUTE_SCOPES[match[1]], f"attribute of the {kind}", optional=True
        )
    return attributes


def _entries(node: Node | None, key: str, findings: Findings) -> tuple[Entry, ...]:
    if node is None:
        return ()
    if not isinstance(node, MappingNode):
        wrong_kind(node, f"`{key}` is a mapping", findings)
        return ()
    return node.entries


def read_objective(context: Context, fields: Fields) -> tuple[int | None, ObjectivePolicy | None]:
    """What one point of a score is worth, in thousandths of a minor unit, and the levels, if any are stated.

    The worth is None, and a fault reported, where there are scores and it is missing or faulty.
    """
    findings = context.findings
    if (node := fields.get("objective")) is None:
        return _without_point_value(fields, findings), None
    objective = read_fields(
        node, "`objective`", findings, required=(), optional=("point_value", "tiers", "ties")
    )
    if objective is None:
        return None, None
    if not objective:
        findings.add(Code.MISSING_KEY, head(node), "`objective` needs `point_value`, `tiers` or `ties`")
    if "point_value" in objective:
        point_value = context.amount(objective["point_value"], "`point_value`")
    else:
        point_value = _without_point_value(fields, findings)
    seen: set[Level] = set()
    tiers = _levels(objective.get("tiers"), "tiers", seen, findings)
    ties = _levels(objective.get("ties"), "ties", seen, findings)
    if "tiers" not in objective and "ties" not in objective:
        return point_value, None
    ref = RuleRef(f"{context.set_id}/objective", head(node).position)
    return point_value, ObjectivePolicy(rule=ref, tiers=tiers, ties=ties)


def _without_point_value(fields: Fields, findings: Findings) -> int | None:
    if "scores" not in fields:
        return 0
    message, help = "scores need the worth of a point", "objective: {point_value: usd(0.01)}"
    findings.add(Code.MISSING_KEY, head(fields["scores"]), message, help=help)
    return None


def _levels(node: Node | None, key: str, seen: set[Level], findings: Findings) -> tuple[Level, ...]:
    """The levels in their order, each named once in all. `node_id`, the engine's own last tie, may end the ties."""
    items = read_items(node, f"`{key}`", findings)
    levels = []
    for place, item in enumerate(items):
        text = read_choice(item, "a level", (*Level, LAST_TIE), findings)
        if text == LAST_TIE and not (key == "ties" and place == len(items) - 1):
            findings.add(
                Code.BAD_VALUE,
                item.span,
                f"`{LAST_TIE}` leaves nothing to compare after it",
                help="write it last in `ties`",
            )
        if text is None or text == LAST_TIE:
            continue
        if (level := Level(text)) in seen:
            findings.add(
                Code.BAD_VALUE, item.span, f"`{level}` is compared already", help="name each level once"
            )
        seen.add(level)
        levels.append(level)
    return tuple(levels)
