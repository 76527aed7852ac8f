"""Reads the rules that change what a plan costs: costs and scores. A result of None has been reported."""

from router.rules.blocks.drafts import Draft, divided
from router.rules.blocks.effects import Cost, Score
from router.rules.blocks.table import WEIGHT_MAX
from router.rules.diagnostics import Code
from router.rules.expressions.reads import LINE_SCOPES, names_of
from router.rules.expressions.terms import Literal, Term, conjunction, conjuncts
from router.rules.text.fields import read_choice, read_decimal
from router.rules.verdicts import Per
from router.rules.vocabulary import Scope, Type

PER_LINE = (Per.LINE, Per.UNIT)
PER_BOX = (Per.SHIPMENT, Per.LATE_DAY)


def can_charge(draft: Draft, per: Per, condition: Term, amount: Term) -> bool:
    """Whether a price may be per this: facts of lines ask for lines or units, facts of shipments for shipments."""
    if condition.of_shipments and per not in PER_BOX:
        names = names_of([condition], Scope.SHIPMENT)
        message, help = f"a price per {per} cannot depend on facts of shipments: {names}", PER_BOX
    elif (condition.of_lines or amount.of_lines) and per not in PER_LINE:
        names = names_of([condition, amount], *LINE_SCOPES)
        message, help = f"a price per {per} cannot depend on facts of lines: {names}", PER_LINE
    else:
        return True
    span = (condition if condition.of_shipments or condition.of_lines else amount).span
    draft.context.findings.add(
        Code.FACT_OUT_OF_REACH, span, message, help=f"make it `per: {help[0]}` or `per: {help[1]}`"
    )
    return False


def read_score(draft: Draft, point_value_milli: int | None) -> Score | None:
    """What a score asks of orders and lines says whose it is; what it asks of nodes says where points are earned."""
    context = draft.context
    weight = read_decimal(draft.fields.get("weight"), "`weight`", WEIGHT_MAX, context.findings)
    value = context.expression(draft.fields.get("value"), draft.spec.value_reach, Type.FLOAT)
    if weight is None or value is None or point_value_milli is None:
        return None
    always = Literal(type=Type.BOOL, span=draft.when.span, value=True)
    whose = [part for part in conjuncts(draft.when) if set(part.axes) <= {"O", "L"}]
    where = [part for part in conjuncts(draft.when) if not set(part.axes) <= {"O", "L"}]
    return Score(
        heading=draft.heading, condition=conjunction(always, *whose), earned=conjunction(always, *where),
        value=value, full_milli=round(weight * point_value_milli),
    )  # fmt: skip


def read_cost(draft: Draft) -> Cost | None:
    per = read_choice(draft.fields.get("per"), "`per`", tuple(Per), draft.context.findings)
    amount = draft.context.expression(draft.fields.get("amount"), draft.spec.value_reach, Type.MONEY)
    if per is None or amount is None or not can_charge(draft, Per(per), draft.when, amount):
        return None
    parts = divided(draft.when)
    return Cost(
        heading=draft.heading, condition=parts.condition, box=parts.box, shipment_terms=parts.shipment_terms,
        per=Per(per), amount=amount,
    )  # fmt: skip
