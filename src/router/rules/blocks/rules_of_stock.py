"""Reads the rules that leave stock where it is: safety stock and stock caps. A result of None has been reported."""

from fractions import Fraction

from router.rules.blocks.drafts import Draft
from router.rules.blocks.effects import SafetyStock, StockCap
from router.rules.diagnostics import Code
from router.rules.expressions.reads import reads_of
from router.rules.expressions.terms import Term
from router.rules.text.fields import head, read_decimal
from router.rules.vocabulary import Type

RANKS = ("node.id", "line.category", "line.sku")
"""What makes a safety-stock rule specific, the most specific last."""
SHARE_PARTS = 1_000_000


def read_safety_stock(draft: Draft) -> SafetyStock | None:
    keep = draft.context.expression(draft.fields.get("keep"), draft.spec.reach, Type.INT)
    if keep is None:
        return None
    return SafetyStock(heading=draft.heading, condition=draft.when, keep=keep, rank=rank_of(draft.when))


def rank_of(condition: Term) -> int:
    """How specific a condition is: 3 if it reads the SKU, 2 the category, 1 the node, 0 none of them."""
    names = {fact.name for _, fact in reads_of(condition)}
    return max((RANKS.index(name) + 1 for name in names if name in RANKS), default=0)


def read_stock_cap(draft: Draft) -> StockCap | None:
    fields, findings = draft.fields, draft.context.findings
    if ("share" in fields) == ("units" in fields):
        node = fields.get("units", draft.node)
        message = f"`{draft.heading.ref.name}` needs either `share` or `units`"
        findings.add(Code.MISSING_KEY, head(node), message, help="share: 0.5, or units: 20")
        return None
    limit: Term | Fraction | None
    if "units" in fields:
        limit = draft.context.expression(fields["units"], draft.spec.reach, Type.INT)
    else:
        share = read_decimal(fields["share"], "`share`", 1, findings, help="a third is 0.33")
        limit = None if share is None else Fraction(share)
        if limit is not None and (limit * SHARE_PARTS).denominator != 1:
            findings.add(
                Code.BAD_VALUE, fields["share"].span, "`share` is too fine", expected="six decimals at most"
            )
            return None
    if limit is None:
        return None
    return StockCap(heading=draft.heading, condition=draft.when, limit=limit)
