"""Reads the rules that say what may not be: holds, filters, bans, groups; and the one that says what may
be although it is not paid for. A result of None has been reported."""

from router.rules.blocks.drafts import Draft, divided
from router.rules.blocks.effects import Ban, Filter, Group, OnAccount, OrderHold, Softening
from router.rules.blocks.rules_of_prices import can_charge
from router.rules.diagnostics import Code
from router.rules.expressions.reads import LINE_SCOPES, names_of
from router.rules.expressions.terms import Not, Term, conjunction
from router.rules.text.fields import head, read_choice, read_fields
from router.rules.text.tree import Node
from router.rules.verdicts import Per
from router.rules.vocabulary import Type


def read_hold(draft: Draft) -> OrderHold:
    _expect_because(draft, "holds orders")
    return OrderHold(heading=draft.heading, condition=draft.when)


def read_on_account(draft: Draft) -> OnAccount:
    _expect_because(draft, "lets goods leave unpaid")
    return OnAccount(heading=draft.heading, condition=draft.when)


def read_filter(draft: Draft) -> Filter | None:
    keep = draft.context.expression(draft.fields.get("keep"), draft.spec.reach, Type.BOOL)
    if keep is None:
        return None
    dropped = Not(type=Type.BOOL, span=keep.span, operand=keep)
    return Filter(heading=draft.heading, condition=conjunction(draft.when, dropped))


def read_constraint(draft: Draft) -> Ban | None:
    _expect_because(draft, "bans")
    ban = draft.context.expression(draft.fields.get("ban"), draft.spec.reach, Type.BOOL)
    condition = draft.when if ban is None else conjunction(draft.when, ban)
    soften = None
    if (node := draft.fields.get("soften")) is not None:
        soften = _softening(draft, node, condition)
        if soften is None:
            return None
    if ban is None:
        return None
    parts = divided(condition)
    if parts.shipment_terms and parts.condition.of_lines:
        draft.context.findings.add(
            Code.FACT_OUT_OF_REACH, parts.shipment_terms[0].span,
            f"a ban reads facts of lines or of whole shipments, not both: {names_of([condition], *LINE_SCOPES)}",
            help="ask for any line of the order with `lines.exists(line, ...)`",
        )  # fmt: skip
        return None
    return Ban(
        heading=draft.heading, condition=parts.condition, box=parts.box, shipment_terms=parts.shipment_terms,
        soften=soften,
    )  # fmt: skip


def _softening(draft: Draft, node: Node, condition: Term) -> Softening | None:
    context = draft.context
    fields = read_fields(
        node, "`soften`", context.findings, required=("cost", "per"), optional=("effective",)
    )
    if fields is None:
        return None
    per = read_choice(fields.get("per"), "`per`", tuple(Per), context.findings)
    amount = context.expression(fields.get("cost"), draft.spec.value_reach, Type.MONEY)
    window = context.dates(fields.get("effective"))
    if per is None or amount is None or window is None or not can_charge(draft, Per(per), condition, amount):
        return None
    return Softening(per=Per(per), amount=amount, window=window)


def read_group(draft: Draft) -> Group:
    return Group(heading=draft.heading, condition=draft.when)


def _expect_because(draft: Draft, does: str) -> None:
    if not draft.heading.ref.because:
        draft.context.findings.add(
            Code.UNEXPLAINED, head(draft.node), f"`{draft.heading.ref.name}` {does} without a `because`",
            help="say why in words: customers and colleagues read it in explanations",
        )  # fmt: skip
