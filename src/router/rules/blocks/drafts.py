"""The rules of one block before their effect is read: ids, reasons, dates, conditions, and the place of `default`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from router.rules.blocks.context import Context
from router.rules.blocks.dates import ALWAYS
from router.rules.blocks.effects import Block, Heading
from router.rules.blocks.table import SPECS, BlockSpec
from router.rules.diagnostics import Code, Findings, Span, shown
from router.rules.expressions.shipment_parts import split_shipment_parts
from router.rules.expressions.terms import Term, conjuncts
from router.rules.text.fields import Fields, flat_text, head, read_fields, read_items, read_text
from router.rules.text.tree import Mapping as MappingNode
from router.rules.text.tree import Node, Scalar
from router.rules.verdicts import Box, RuleRef

DEFAULT = "default"
COMMON = ("id", "when", "because", "effective", "overrides")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rule's mapping with the keys that every rule has already read."""

    context: Context
    spec: BlockSpec
    node: Node
    fields: Fields
    heading: Heading
    when: Term
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A condition in two: what it asks of orders, lines, nodes and services, and what of shipments."""

    condition: Term
    box: Box
    shipment_terms: tuple[Term, ...]


def divided(condition: Term) -> Parts:
    """The condition with its parts about the shipment apart."""
    rest, box = split_shipment_parts(condition)
    terms = tuple(part for part in conjuncts(condition) if part.of_shipments)
    return Parts(condition=rest, box=box, shipment_terms=terms)


def read_drafts(context: Context, block: Block, node: Node | None, seen: dict[str, Span]) -> list[Draft]:
    """The rules of one block. `seen` are the ids of the blocks before, and is added to."""
    spec = SPECS[block]
    items = read_items(node, f"`{block}`", context.findings)
    drafts = [_draft(context, spec, item, seen, is_last=item is items[-1]) for item in items]
    ids = [_id_of(item) for item in items]
    if node is not None and spec.first_match and DEFAULT not in ids:
        context.findings.add(
            Code.MISSING_DEFAULT, head(items[-1] if items else node), f"`{block}` does not end with `default`",
            help="the last rule has `id: default` and no `when`, so that every order finds one",
        )  # fmt: skip
    return [
        _with_overrides(draft, ids[:place], ids[place + 1 :])
        for place, draft in enumerate(drafts)
        if draft is not None
    ]


def _id_of(item: Node) -> str:
    """The id as it stands there, empty if there is none; a faulty one is reported elsewhere."""
    entries = item.entries if isinstance(item, MappingNode) else ()
    ids = [
        entry.value.text for entry in entries if entry.key.text == "id" and isinstance(entry.value, Scalar)
    ]
    return ids[0] if ids else ""


def _draft(
    context: Context, spec: BlockSpec, node: Node, seen: dict[str, Span], *, is_last: bool
) -> Draft | None:
    findings, block = context.findings, spec.block
    fields = read_fields(
        node, f"a rule of `{block}`", findings, required=("id", *spec.required), optional=spec.all_optional
    )
    if fields is None:
        return None
    rule_id = context.identifier(fields.get("id"), "`id`")
    if rule_id is not None:
        _check_place(spec, fields, rule_id, seen, findings, is_last=is_last)
    because = read_text(fields["because"], "`because`", findings) if "because" in fields else ""
    condition = context.condition(fields.get("when"), node, spec.reach)
    # What is faulty is reported, so the pack will not load; a stand-in lets the rest of the rule be checked as well.
    window = (context.dates(fields.get("effective")) or ALWAYS).intersect(context.window)
    if window.is_empty:
        message = f"`{rule_id}` is never effective: its dates lie outside those of the rule set"
        findings.add(Code.NEVER_EFFECTIVE, head(node), message)
    name = f"{block}.{DEFAULT}" if rule_id == DEFAULT else rule_id
    heading = Heading(
        ref=RuleRef(f"{context.set_id}/{name}", head(node).position, because or ""), block=block, window=window,
        when_text=flat_text(fields["when"]) if "when" in fields else "", effect_text=_effect_text(fields),
    )  # fmt: skip
    return Draft(context=context, spec=spec, node=node, fields=fields, heading=heading, when=condition)


def _effect_text(fields: Fields) -> str:
    return ", ".join(f"{key}: {flat_text(node)}" for key, node in fields.items() if key not in COMMON)


def _check_place(
    spec: BlockSpec, fields: Fields, rule_id: str, seen: dict[str, Span], findings: Findings, *, is_last: bool
) -> None:
    """Ids are unique; `default` ends a first-match block and alone has no condition."""
    span = fields["id"].span
    key = f"{spec.block}.{DEFAULT}" if rule_id == DEFAULT else rule_id
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
    for key in ("when", "effective", "overrides"):
        if rule_id == DEFAULT and key in fields:
            findings.add(Code.BAD_VALUE, head(fields[key]), f"`default` always holds and has no `{key}`")


def _with_overrides(draft: Draft, before: Sequence[str], after: Sequence[str]) -> Draft:
    """The draft with its `overrides`, which name later rules of the block."""
    findings, block = draft.context.findings, draft.spec.block
    overrides = []
    for node in read_items(draft.fields.get("overrides"), "`overrides`", findings):
        text = read_text(node, "an id", findings)
        if text is None:
            continue
        overrides.append(text)
        if text in before:
            message = f"{shown(text)} stands before this rule and is read first"
            findings.add(Code.BAD_VALUE, node.span, message, help="`overrides` names later rules")
        elif text not in after:
            message = f"`{block}` has no later rule {shown(text)}"
            findings.add(
                Code.UNKNOWN_CHOICE, node.span, message, expected=", ".join(after), word=text, known=after
            )
    return replace(draft, overrides=tuple(overrides))
