"""Reads the rules of first-match blocks: carriers, splits, backorder. A result of None has been reported."""

from dataclasses import replace

from router.domain.limits import SHIPMENTS_PER_PLAN_MAX
from router.domain.plan import UnshippedAction
from router.rules.blocks.drafts import Draft, divided
from router.rules.blocks.effects import (
    DEFAULT_BACKORDER,
    DEFAULT_SPLIT,
    BackorderChoice,
    CarrierChoice,
    SplitChoice,
)
from router.rules.blocks.table import WAIT_DAYS_MAX, WAITING_UNITS_MAX
from router.rules.diagnostics import Code, shown
from router.rules.expressions.units import MILLI
from router.rules.text.fields import head, read_bool, read_choice, read_integer, read_items, read_text
from router.rules.verdicts import SplitUnits


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
    parts = divided(draft.when)
    return CarrierChoice(
        heading=draft.heading, condition=parts.condition, box=parts.box, shipment_terms=parts.shipment_terms,
        overrides=draft.overrides, use={text: item.span.position for item, text in texts if text is not None},
    )  # fmt: skip


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
        default, rule=draft.heading.ref, shipments_max=shipments, value_min_minor=least // MILLI,
        extra_shipment_milli=extra, split_units=SplitUnits(units), ship_complete=complete,
    )  # fmt: skip
    return SplitChoice(heading=draft.heading, condition=draft.when, overrides=draft.overrides, policy=policy)


def read_backorder_choice(draft: Draft) -> BackorderChoice | None:
    context, fields = draft.context, draft.fields
    action = read_choice(fields.get("do"), "`do`", tuple(UnshippedAction), context.findings)
    penalty: int | None = DEFAULT_BACKORDER.unit_milli
    if "penalty" in fields:
        penalty = context.amount(fields["penalty"], "`penalty`")
    until = days = None
    if "until" in fields:
        until = read_choice(fields["until"], "`until`", ("release",), context.findings)
    if "max_days" in fields:
        days = read_integer(fields["max_days"], "`max_days`", 0, WAIT_DAYS_MAX, context.findings)
    for key in ("until", "max_days"):
        if key in fields and action == UnshippedAction.CANCEL:
            message = f"canceled units do not wait, so there is no `{key}`"
            context.findings.add(Code.BAD_VALUE, head(fields[key]), message)
    if "until" in fields and "max_days" in fields:
        context.findings.add(
            Code.BAD_VALUE, head(fields["max_days"]), "`until` and `max_days` both end the wait",
            help="keep one of them",
        )  # fmt: skip
    limits: dict[str, int | None] = {}
    for key in ("max_units", "max_waiting"):
        if key in fields:
            limits[key] = read_integer(fields[key], f"`{key}`", 0, WAITING_UNITS_MAX, context.findings)
            if action not in (None, UnshippedAction.BACKORDER):
                message = f"`{key}` limits units that wait for stock, and these do not"
                context.findings.add(
                    Code.BAD_VALUE, head(fields[key]), message, help="it goes with `do: BACKORDER`"
                )
    if action is None or penalty is None:
        return None
    policy = replace(
        DEFAULT_BACKORDER, rule=draft.heading.ref, action=UnshippedAction(action), unit_milli=penalty,
        until_release=until is not None, days_max=days,
        line_units_max=limits.get("max_units"), product_units_max=limits.get("max_waiting"),
    )  # fmt: skip
    return BackorderChoice(
        heading=draft.heading, condition=draft.when, overrides=draft.overrides, policy=policy
    )
