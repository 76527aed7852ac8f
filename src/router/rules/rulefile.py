"""One rule file: its header, its blocks, and the rule set they make."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from zoneinfo import ZoneInfo

from router.rules.blocks import (
    SPECS,
    BlockSpec,
    Draft,
    read_backorder_choice,
    read_carrier_choice,
    read_constraint,
    read_cost,
    read_filter,
    read_score,
    read_split_choice,
)
from router.rules.budget import Budget
from router.rules.check import Reach
from router.rules.context import OF_ORDERS, Context
from router.rules.dates import ALWAYS, find_zone
from router.rules.diagnostics import Code, Findings, Span, shown
from router.rules.effects import Block, Rule, RuleSet
from router.rules.fields import (
    Fields,
    head,
    read_choice,
    read_fields,
    read_integer,
    read_items,
    read_text,
    wrong_kind,
)
from router.rules.load import load
from router.rules.terms import Term, Value
from router.rules.tree import Mapping as MappingNode
from router.rules.tree import Node, Scalar
from router.rules.units import CURRENCY_DECIMALS
from router.rules.verdicts import RuleRef
from router.rules.vocabulary import Type

R = TypeVar("R", bound=Rule)

KIND = "RuleSet/v1"
DEFAULT = "default"
PRIORITY_MAX = 1_000_000
LIST_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")

_REQUIRED = ("kind", "id", "priority", "currency", "applies")
_OPTIONAL = ("revision", "owner", "timezone", "effective", "lists", "objective", *Block)
_APPLIES = Reach(what="`applies`", scopes=OF_ORDERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """A rule set and the places that findings about several files point to."""

    rules: RuleSet
    currency: str
    id_span: Span
    priority_span: Span
    currency_span: Span


def read_rule_file(name: str, content: bytes, budget: Budget, findings: Findings) -> RuleFile | None:
    """The compiled file; None, or an incomplete one, after reporting faults."""
    root = load(name, content, budget, findings)
    if root is None:
        return None
    fields = read_fields(root, "a rule file", findings, required=_REQUIRED, optional=_OPTIONAL)
    if fields is None:
        return None
    read_choice(fields.get("kind"), "`kind`", (KIND,), findings)
    if "revision" in fields:
        read_text(fields["revision"], "`revision`", findings)
    currency = read_choice(fields.get("currency"), "`currency`", tuple(CURRENCY_DECIMALS), findings)
    context = Context(
        findings=findings, budget=budget, set_id="", currency=currency or "",
        zone=_zone(fields.get("timezone"), findings), lists=_lists(fields.get("lists"), findings),
    )  # fmt: skip
    set_id = context.identifier(fields.get("id"), "`id`")
    priority = read_integer(fields.get("priority"), "`priority`", -PRIORITY_MAX, PRIORITY_MAX, findings)
    applies = context.expression(fields.get("applies"), _APPLIES, Type.BOOL)
    window = context.dates(fields.get("effective"))
    context = replace(context, set_id=set_id or "?", window=window or ALWAYS)
    # A faulty header is reported, so the pack will not load; stand-ins let the blocks be checked as well.
    always = context.condition(None, root, _APPLIES)
    rules = _rule_set(context, fields, _owner(fields, root, findings), priority or 0, applies or always)
    if applies is None or priority is None or set_id is None or currency is None:
        return None
    return RuleFile(
        rules=rules, currency=currency, id_span=fields["id"].span, priority_span=fields["priority"].span,
        currency_span=fields["currency"].span,
    )  # fmt: skip


def _owner(fields: Fields, root: MappingNode, findings: Findings) -> str:
    if "owner" in fields:
        return read_text(fields["owner"], "`owner`", findings) or ""
    findings.add(
        Code.UNEXPLAINED, head(root), "the rule set has no `owner`", help="name the team to ask about it"
    )
    return ""


def _zone(node: Node | None, findings: Findings) -> ZoneInfo | None:
    name = read_text(node, "`timezone`", findings)
    zone = find_zone(name) if name is not None else None
    if node is not None and name is not None and zone is None:
        findings.add(
            Code.BAD_DATE, node.span, f"unknown time zone {shown(name)}", expected="such as America/New_York"
        )
    return zone


def _lists(node: Node | None, findings: Findings) -> Mapping[str, frozenset[Value]]:
    """The named lists of strings."""
    if node is None:
        return {}
    if not isinstance(node, MappingNode):
        wrong_kind(node, "`lists` is a mapping", findings)
        return {}
    lists: dict[str, frozenset[Value]] = {}
    for entry in node.entries:
        if LIST_NAME.fullmatch(entry.key.text) is None:
            message = f"a list cannot be named {shown(entry.key.text)}"
            findings.add(Code.BAD_VALUE, entry.key.span, message, expected="letters, digits and `_`")
        texts = (read_text(item, "an item", findings) for item in read_items(entry.value, "a list", findings))
        lists[entry.key.text] = frozenset(text for text in texts if text is not None)
    return lists


def _point_value(context: Context, fields: Fields) -> int | None:
    """What one point of a score is worth, in thousandths of a minor unit; required where there are scores."""
    if "objective" in fields:
        objective = read_fields(
            fields["objective"], "`objective`", context.findings, required=("point_value",)
        )
        return (
            context.amount(objective.get("point_value"), "`point_value`") if objective is not None else None
        )
    if "scores" in fields:
        message, help = "scores need the worth of a point", "objective: {point_value: usd(0.01)}"
        context.findings.add(Code.MISSING_KEY, head(fields["scores"]), message, help=help)
    return None


def _rule_set(context: Context, fields: Fields, owner: str, priority: int, applies: Term) -> RuleSet:
    """All blocks of the file; faulty rules are reported and left out."""
    seen: dict[str, Span] = {}
    drafts = {block: _drafts(context, block, fields.get(block), seen) for block in Block}
    point_value = _point_value(context, fields)
    return RuleSet(
        id=context.set_id,
        owner=owner,
        priority=priority,
        applies=applies,
        window=context.window,
        filters=_sound(map(read_filter, drafts[Block.FILTERS])),
        constraints=_sound(map(read_constraint, drafts[Block.CONSTRAINTS])),
        scores=_sound(read_score(draft, point_value) for draft in drafts[Block.SCORES]),
        costs=_sound(map(read_cost, drafts[Block.COSTS])),
        carriers=_sound(map(read_carrier_choice, drafts[Block.CARRIERS])),
        splits=_sound(map(read_split_choice, drafts[Block.SPLITS])),
        backorder=_sound(map(read_backorder_choice, drafts[Block.BACKORDER])),
    )


def _sound(rules: Iterable[R | None]) -> tuple[R, ...]:
    return tuple(rule for rule in rules if rule is not None)


def _drafts(context: Context, block: Block, node: Node | None, seen: dict[str, Span]) -> list[Draft]:
    """The rules of one block with what all rules have: id, reason, dates, condition."""
    spec = SPECS[block]
    items = read_items(node, f"`{block}`", context.findings)
    drafts = [_draft(context, block, spec, item, seen, is_last=item is items[-1]) for item in items]
    if node is not None and spec.first_match and not _has_default(items):
        context.findings.add(
            Code.MISSING_DEFAULT, head(items[-1] if items else node), f"`{block}` does not end with `default`",
            help="the last rule has `id: default` and no `when`, so that every order finds one",
        )  # fmt: skip
    return [draft for draft in drafts if draft is not None]


def _has_default(items: Sequence[Node]) -> bool:
    """Whether any rule is the default; a misplaced one is reported by itself."""
    return any(
        entry.key.text == "id" and isinstance(entry.value, Scalar) and entry.value.text == DEFAULT
        for item in items
        if isinstance(item, MappingNode)
        for entry in item.entries
    )


def _draft(
    context: Context, block: Block, spec: BlockSpec, node: Node, seen: dict[str, Span], *, is_last: bool
) -> Draft | None:
    fields = read_fields(
        node, f"a rule of `{block}`", context.findings,
        required=("id", *spec.required), optional=("when", *spec.optional, "because", "effective"),
    )  # fmt: skip
    if fields is None:
        return None
    rule_id = context.identifier(fields.get("id"), "`id`")
    if rule_id is not None:
        _check_place(context, block, spec, fields, rule_id, seen, is_last=is_last)
    because = read_text(fields["because"], "`because`", context.findings) if "because" in fields else ""
    when = context.condition(fields.get("when"), node, spec.reach)
    window = context.dates(fields.get("effective"))
    # What is faulty is reported, so the pack will not load; a stand-in lets the rest of the rule be checked as well.
    both = (window or ALWAYS).intersect(context.window)
    if both.is_empty:
        message = f"`{rule_id}` is never effective: its dates lie outside those of the rule set"
        context.findings.add(Code.NEVER_EFFECTIVE, head(node), message)
    name = f"{block}.{DEFAULT}" if rule_id == DEFAULT else rule_id
    ref = RuleRef(f"{context.set_id}/{name}", head(node).position, because or "")
    return Draft(context=context, node=node, fields=fields, block=block, ref=ref, when=when, window=both)


def _check_place(
    context: Context,
    block: Block,
    spec: BlockSpec,
    fields: Fields,
    rule_id: str,
    seen: dict[str, Span],
    *,
    is_last: bool,
) -> None:
    """Ids are unique; `default` ends a first-match block and alone has no condition."""
    span, findings = fields["id"].span, context.findings
    key = f"{block}.{DEFAULT}" if rule_id == DEFAULT else rule_id
    if key in seen:
        findings.add(
            Code.DUPLICATE_ID, span, f"the id `{rule_id}` stands twice; first in line {seen[key].line}"
        )
    seen.setdefault(key, span)
    if not spec.first_match:
        return
    if rule_id != DEFAULT and "when" not in fields:
        message = f"`{rule_id}` has no `when`, so nothing after it could match"
        findings.add(Code.MISSING_KEY, span, message, help="only `default`, the last, has none")
    if rule_id == DEFAULT and not is_last:
        findings.add(
            Code.DEFAULT_NOT_LAST, span, "`default` is not the last rule; nothing after it could match"
        )
    for key in ("when", "effective"):
        if rule_id == DEFAULT and key in fields:
            findings.add(Code.BAD_VALUE, head(fields[key]), f"`default` always holds and has no `{key}`")
