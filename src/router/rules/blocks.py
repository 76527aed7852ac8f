"""The blocks of a rule file: which keys each takes, which facts it may read, and the rule it makes.

Every reader gives None after reporting a fault. The table of blocks ends the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from router.domain.limits import SHIPMENTS_PER_PLAN_MAX
from router.domain.plan import UnshippedAction
from router.rules.check import Reach
from router.rules.context import OF_ORDERS, Context
from router.rules.dates import Window
from router.rules.diagnostics import Code, shown
from router.rules.effects import (
    DEFAULT_BACKORDER,
    DEFAULT_SPLIT,
    BackorderChoice,
    Ban,
    Block,
    CarrierChoice,
    Cost,
    Filter,
    Score,
    Softening,
    SplitChoice,
)
from router.rules.fields import (
    Fields,
    head,
    read_bool,
    read_choice,
    read_decimal,
    read_fields,
    read_integer,
    read_items,
    read_text,
)
from router.rules.terms import Not, Term, conjunction
from router.rules.tree import Node
from router.rules.units import MILLI
from router.rules.verdicts import Per, RuleRef, SplitUnits
from router.rules.vocabulary import Scope, Type

WEIGHT_MAX = 1_000_000
EVERYTHING = frozenset(Scope)
PER_LINE = (Per.LINE, Per.UNIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rule's mapping with the keys that every rule has already read."""

    context: Context
    node: Node
    fields: Fields
    block: Block
    ref: RuleRef
    when: Term
    window: Window


def read_filter(draft: Draft) -> Filter | None:
    keep = draft.context.expression(draft.fields.get("keep"), SPECS[Block.FILTERS].reach, Type.BOOL)
    if keep is None:
        return None
    condition = conjunction(draft.when, Not(type=Type.BOOL, span=keep.span, operand=keep))
    return Filter(ref=draft.ref, block=draft.block, condition=condition, window=draft.window)


def read_constraint(draft: Draft) -> Ban | None:
    ban = draft.context.expression(draft.fields.get("ban"), SPECS[Block.CONSTRAINTS].reach, Type.BOOL)
    if not draft.ref.because:
        draft.context.findings.add(
            Code.UNEXPLAINED, head(draft.node), f"`{draft.ref.name}` bans without a `because`",
            help="say why in words: customers and colleagues read it in explanations",
        )  # fmt: skip
    soften = None
    if (node := draft.fields.get("soften")) is not None:
        soften = _softening(draft, node, ban)
        if soften is None:
            return None
    if ban is None:
        return None
    condition = conjunction(draft.when, ban)
    return Ban(ref=draft.ref, block=draft.block, condition=condition, window=draft.window, soften=soften)


def _softening(draft: Draft, node: Node, ban: Term | None) -> Softening | None:
    context = draft.context
    fields = read_fields(
        node, "`soften`", context.findings, required=("cost", "per"), optional=("effective",)
    )
    if fields is None:
        return None
    per = read_choice(fields.get("per"), "`per`", tuple(Per), context.findings)
    amount = context.expression(fields.get("cost"), SPECS[Block.CONSTRAINTS].reach, Type.MONEY)
    window = context.dates(fields.get("effective"))
    if ban is None or per is None or amount is None or window is None:
        return None
    if not _can_charge(draft, Per(per), (draft.when, ban, amount)):
        return None
    return Softening(per=Per(per), amount=amount, window=window)


def _can_charge(draft: Draft, per: Per, terms: tuple[Term, ...]) -> bool:
    """Whether the charge is per line or unit, or else reads no facts of lines."""
    reading = [term for term in terms if term.of_lines]
    if per in PER_LINE or not reading:
        return True
    names = ", ".join(sorted(f"`{fact.name}`" for fact in reading[0].facts if "L" in fact.scope.value))
    draft.context.findings.add(
        Code.FACT_OUT_OF_REACH, reading[0].span, f"a price per {per} cannot depend on facts of lines: {names}",
        help="make it `per: line` or `per: unit`",
    )  # fmt: skip
    return False


def read_score(draft: Draft, point_value_milli: int | None) -> Score | None:
    context = draft.context
    weight = read_decimal(draft.fields.get("weight"), "`weight`", WEIGHT_MAX, context.findings)
    value = context.expression(draft.fields.get("value"), SPECS[Block.SCORES].reach, Type.FLOAT)
    if weight is None or value is None or point_value_milli is None:
        return None
    return Score(
        ref=draft.ref, block=draft.block, condition=draft.when, window=draft.window,
        value=value, full_milli=round(weight * point_value_milli),
    )  # fmt: skip


def read_cost(draft: Draft) -> Cost | None:
    per = read_choice(draft.fields.get("per"), "`per`", tuple(Per), draft.context.findings)
    amount = draft.context.expression(draft.fields.get("amount"), SPECS[Block.COSTS].reach, Type.MONEY)
    if per is None or amount is None or not _can_charge(draft, Per(per), (draft.when, amount)):
        return None
    return Cost(
        ref=draft.ref,
        block=draft.block,
        condition=draft.when,
        window=draft.window,
        per=Per(per),
        amount=amount,
    )


def read_carrier_choice(draft: Draft) -> CarrierChoice | None:
    context = draft.context
    items = read_items(draft.fields.get("use"), "`use`", context.findings)
    texts = [(item, read_text(item, "a service", context.findings)) for item in items]
    for item, text in texts:
        if text is not None and not all(text.partition("/")[::2]):
            message = f"a service cannot be {shown(text)}"
            context.findings.add(Code.BAD_VALUE, item.span, message, expected="CARRIER/LEVEL")
    if "use" in draft.fields and not items:
        context.findings.add(Code.BAD_VALUE, head(draft.fields["use"]), "`use` names no service")
    use = {text: item.span.position for item, text in texts if text is not None}
    return CarrierChoice(ref=draft.ref, block=draft.block, condition=draft.when, window=draft.window, use=use)


def read_split_choice(draft: Draft) -> SplitChoice | None:
    """Keys that are absent take the built-in default."""
    context, fields, default = draft.context, draft.fields, DEFAULT_SPLIT
    shipments: int | None = default.shipments_max
    if "max_shipments" in fields:
        node = fields["max_shipments"]
        shipments = read_integer(node, "`max_shipments`", 1, SHIPMENTS_PER_PLAN_MAX, context.findings)
    least: int | None = default.value_min_minor * MILLI
    if "min_value" in fields:
        least = context.amount(fields["min_value"], "`min_value`")
    extra: int | None = default.extra_shipment_milli
    if "extra_box" in fields:
        extra = context.amount(fields["extra_box"], "`extra_box`")
    units: str | None = default.split_units
    if "units" in fields:
        units = read_choice(fields["units"], "`units`", tuple(SplitUnits), context.findings)
    complete: bool | None = default.ship_complete
    if "complete" in fields:
        complete = read_bool(fields["complete"], "`complete`", context.findings)
    if shipments is None or least is None or extra is None or units is None or complete is None:
        return None
    if least % MILLI:
        context.findings.add(
            Code.BAD_VALUE, head(fields["min_value"]), "`min_value` is finer than the minor unit"
        )
        return None
    policy = replace(
        default, rule=draft.ref, shipments_max=shipments, value_min_minor=least // MILLI, extra_shipment_milli=extra,
        split_units=SplitUnits(units), ship_complete=complete,
    )  # fmt: skip
    return SplitChoice(
        ref=draft.ref, block=draft.block, condition=draft.when, window=draft.window, policy=policy
    )


def read_backorder_choice(draft: Draft) -> BackorderChoice | None:
    context, fields = draft.context, draft.fields
    action = read_choice(fields.get("do"), "`do`", tuple(UnshippedAction), context.findings)
    penalty: int | None = DEFAULT_BACKORDER.unit_milli
    if "penalty" in fields:
        penalty = context.amount(fields["penalty"], "`penalty`")
    if action is None or penalty is None:
        return None
    policy = replace(DEFAULT_BACKORDER, rule=draft.ref, action=UnshippedAction(action), unit_milli=penalty)
    return BackorderChoice(
        ref=draft.ref, block=draft.block, condition=draft.when, window=draft.window, policy=policy
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSpec:
    """What a block's rules look like. In a first-match block the last rule is `default` and has no `when`."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    reach: Reach
    first_match: bool = False


SPECS: Mapping[Block, BlockSpec] = {
    Block.FILTERS: BlockSpec(
        required=("keep",),
        reach=Reach(
            what="a filter", scopes=frozenset((Scope.ORDER, Scope.NODE, Scope.PAIR)),
            help="a filter removes a node for a whole order; use a ban in `constraints` for single lines or services",
        ),
    ),
    Block.CONSTRAINTS: BlockSpec(required=("ban",), optional=("soften",), reach=Reach(what="a ban", scopes=EVERYTHING)),
    Block.SCORES: BlockSpec(required=("weight", "value"), reach=Reach(what="a score", scopes=EVERYTHING)),
    Block.COSTS: BlockSpec(required=("per", "amount"), reach=Reach(what="a cost", scopes=EVERYTHING)),
    Block.CARRIERS: BlockSpec(
        required=("use",),
        reach=Reach(what="`carriers`", scopes=frozenset((Scope.ORDER, Scope.LINE, Scope.NODE, Scope.PAIR))),
        first_match=True,
    ),
    Block.SPLITS: BlockSpec(
        required=(), optional=("max_shipments", "min_value", "extra_box", "units", "complete"),
        reach=Reach(what="`splits`", scopes=OF_ORDERS), first_match=True,
    ),
    Block.BACKORDER: BlockSpec(
        required=("do",), optional=("penalty",),
        reach=Reach(what="`backorder`", scopes=frozenset((Scope.ORDER, Scope.LINE))), first_match=True,
    ),
}  # fmt: skip
