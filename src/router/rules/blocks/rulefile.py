"""One rule file: its header, its blocks, and the rule set they make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from router.rules.blocks.context import Context
from router.rules.blocks.dates import ALWAYS
from router.rules.blocks.drafts import read_drafts
from router.rules.blocks.effects import Block, Rule, RuleSet
from router.rules.blocks.header import read_attributes, read_lists, read_objective, read_owner, read_zone
from router.rules.blocks.rules_of_fences import (
    read_constraint,
    read_filter,
    read_group,
    read_hold,
    read_on_account,
)
from router.rules.blocks.rules_of_policies import (
    read_backorder_choice,
    read_carrier_choice,
    read_split_choice,
)
from router.rules.blocks.rules_of_prices import read_cost, read_score
from router.rules.blocks.rules_of_stock import read_safety_stock, read_stock_cap
from router.rules.blocks.rules_of_substitutes import read_substitute
from router.rules.blocks.table import OF_ORDERS
from router.rules.diagnostics import Findings, Span
from router.rules.expressions.checking import Reach
from router.rules.expressions.terms import Term
from router.rules.expressions.units import CURRENCY_DECIMALS
from router.rules.text.budget import Budget
from router.rules.text.fields import Fields, read_choice, read_fields, read_integer, read_text
from router.rules.text.load import load
from router.rules.text.tree import Mapping as MappingNode
from router.rules.text.tree import Node
from router.rules.vocabulary import Fact, Type

R = TypeVar("R", bound=Rule)

KIND = "RuleSet/v1"
PRIORITY_MAX = 1_000_000

REQUIRED = ("kind", "id", "priority", "currency", "applies")
OPTIONAL = (
    "revision", "owner", "timezone", "effective", "lists", "attributes", "objective", *map(str, Block), "tests",
)  # fmt: skip
"""The keys of a rule file that it need not have, in the order in which it is written."""
_APPLIES = Reach(what="`applies`", scopes=OF_ORDERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """A rule set, the places that findings about several files point to, and its cases as they stand there."""

    rules: RuleSet
    currency: str
    attributes: Mapping[str, Fact]
    attribute_spans: Mapping[str, Span]
    id_span: Span
    priority_span: Span
    currency_span: Span
    tests: Node | None


def read_rule_file(name: str, content: bytes, budget: Budget, findings: Findings) -> RuleFile | None:
    """The compiled file; None, or an incomplete one, after reporting faults."""
    root = load(name, content, budget, findings)
    if root is None:
        return None
    fields = read_fields(root, "a rule file", findings, required=REQUIRED, optional=OPTIONAL)
    if fields is None:
        return None
    read_choice(fields.get("kind"), "`kind`", (KIND,), findings)
    currency = read_choice(fields.get("currency"), "`currency`", tuple(CURRENCY_DECIMALS), findings)
    context = Context(
        findings=findings, budget=budget, set_id="", currency=currency or "",
        zone=read_zone(fields.get("timezone"), findings), lists=read_lists(fields.get("lists"), findings),
        attributes=read_attributes(fields.get("attributes"), findings),
    )  # fmt: skip
    set_id = context.identifier(fields.get("id"), "`id`")
    priority = read_integer(fields.get("priority"), "`priority`", -PRIORITY_MAX, PRIORITY_MAX, findings)
    applies = context.expression(fields.get("applies"), _APPLIES, Type.BOOL)
    window = context.dates(fields.get("effective"))
    context = replace(context, set_id=set_id or "?", window=window or ALWAYS)
    # A faulty header is reported, so the pack will not load; stand-ins let the blocks be checked as well.
    always = context.condition(None, root, _APPLIES)
    rules = _rule_set(context, fields, priority=priority or 0, applies=applies or always)
    rules = replace(rules, owner=read_owner(fields, root, findings))
    if applies is None or priority is None or set_id is None or currency is None:
        return None
    return RuleFile(
        rules=rules, currency=currency, attributes=context.attributes, attribute_spans=_keys(fields.get("attributes")),
        id_span=fields["id"].span, priority_span=fields["priority"].span, currency_span=fields["currency"].span,
        tests=fields.get("tests"),
    )  # fmt: skip


def _keys(node: Node | None) -> Mapping[str, Span]:
    entries = node.entries if isinstance(node, MappingNode) else ()
    return {entry.key.text: entry.key.span for entry in entries}


def _rule_set(context: Context, fields: Fields, *, priority: int, applies: Term) -> RuleSet:
    """All blocks of the file; faulty rules are reported and left out."""
    seen: dict[str, Span] = {}
    drafts = {block: read_drafts(context, block, fields.get(block), seen) for block in Block}
    point_value, objective = read_objective(context, fields)
    revision = read_text(fields["revision"], "`revision`", context.findings) if "revision" in fields else ""
    return RuleSet(
        id=context.set_id,
        revision=revision or "",
        owner="",
        priority=priority,
        applies=applies,
        window=context.window,
        zone=context.zone,
        point_value_milli=point_value or 0,
        objective=objective,
        holds=_sound(map(read_hold, drafts[Block.HOLDS])),
        on_account=_sound(map(read_on_account, drafts[Block.ON_ACCOUNT])),
        substitutes=_sound(map(read_substitute, drafts[Block.SUBSTITUTES])),
        filters=_sound(map(read_filter, drafts[Block.FILTERS])),
        constraints=_sound(map(read_constraint, drafts[Block.CONSTRAINTS])),
        together=_sound(map(read_group, drafts[Block.TOGETHER])),
        safety_stock=_sound(map(read_safety_stock, drafts[Block.SAFETY_STOCK])),
        stock_caps=_sound(map(read_stock_cap, drafts[Block.STOCK_CAPS])),
        scores=_sound(read_score(draft, point_value) for draft in drafts[Block.SCORES]),
        costs=_sound(map(read_cost, drafts[Block.COSTS])),
        carriers=_sound(map(read_carrier_choice, drafts[Block.CARRIERS])),
        splits=_sound(map(read_split_choice, drafts[Block.SPLITS])),
        backorder=_sound(map(read_backorder_choice, drafts[Block.BACKORDER])),
    )


def _sound(rules: Iterable[R | None]) -> tuple[R, ...]:
    return tuple(rule for rule in rules if rule is not None)
