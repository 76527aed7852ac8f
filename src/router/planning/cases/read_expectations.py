"""Reads `expect`: which keys there are, what each may say. Faulty ones are reported and left out."""

import re
from collections.abc import Callable, Mapping

from router.domain.identifiers import NodeId, Sku
from router.domain.limits import QUANTITY_MAX
from router.domain.plan import UnshippedAction
from router.planning.cases.asking import Asking, Names, as_written
from router.planning.cases.expectations import (
    SIGNS,
    Charges,
    Expectation,
    Figure,
    Fired,
    Held,
    LeftOut,
    Policy,
    Senders,
    Shipped,
    TakenAway,
    Unsent,
)
from router.planning.cases.form import MOST, Form, Keys, day_of
from router.rules.blocks.effects import Block
from router.rules.diagnostics import Code, Span, shown
from router.rules.text.fields import head, read_bool, read_integer
from router.rules.text.tree import Kind, Node, Scalar
from router.rules.text.tree import Mapping as MappingNode
from router.rules.vocabulary import Type

EXPECT_KEYS: Keys = {
    "node": "the nodes that ship, all of them",
    "not_node": "nodes that do not ship",
    "service": "the services that carry, all of them",
    "not_service": "services that do not carry",
    "shipments": 'how many: 2, or "<= 2"',
    "shipped": "units by node and SKU: {STORE-7: {A: 1}}; of each node named, all of them",
    "unshipped": "units by SKU that stay behind, all of them: {A: 1} or {A: {quantity: 1, action: BACKORDER}}",
    "cost": 'of the plan: usd(6.90), or "<= usd(7)"',
    "late_days": "after the promise, added over shipments",
    "delivery": 'the last day of delivery: "2026-12-05", or "<= 2026-12-05"',
    "held": "true: nothing ships until a person releases the order",
    "fired": "rules that took away, priced, limited or decided something",
    "not_fired": "rules that did not",
    "removed": "by node a rule, or several, that took a way to travel from it",
    "charges": "by rule what it adds to the cost of the plan, below zero what it takes off: {late: usd(4)}",
    "splits_rule": "the rule of `splits` that was chosen",
    "backorder_rule": "the rule of `backorder` that was chosen, for the order or by SKU",
}
UNSHIPPED_KEYS: Keys = {
    "quantity": "how many units",
    "action": "BACKORDER, CANCEL or HOLD",
    "reason": "the stable word for why, such as NO_STOCK",
    "until": "the day until which it waits",
}
_SIGN = re.compile("|".join(sign for sign in SIGNS if sign))
_COUNT = re.compile(r"[0-9]{1,9}")


def read_expectations(form: Form, names: Names) -> tuple[Expectation, ...]:
    """All of them, in their order in the file."""
    if isinstance(form.node, MappingNode) and not form.node.entries:
        message = "`expect` expects nothing"
        form.pen.findings.add(Code.MISSING_KEY, head(form.node), message, expected=", ".join(EXPECT_KEYS))
    found = (
        READERS[key](Asking(key=key, node=node, pen=form.pen, names=names))
        for key, node in form.fields.items()
    )
    return tuple(one for one in found if one is not None)


def read_senders(ask: Asking) -> Senders:
    is_node = ask.key.endswith("node")
    wanted = ask.known(ask.names.nodes, "node") if is_node else ask.known(ask.names.services, "service")
    is_ban = ask.key.startswith("not_")
    place = ask.place | {"expected": ("not " if is_ban else "") + ", ".join(sorted(wanted))}
    return Senders(**place, wanted=wanted, is_node=is_node, is_ban=is_ban)


def read_figure(ask: Asking) -> Figure | None:
    """A count, an amount or a day, alone or after a sign."""
    if not isinstance(ask.node, Scalar) or ask.node.kind not in (Kind.TEXT, Kind.INTEGER):
        expected = f"{EXPECT_KEYS[ask.key]}"
        ask.pen.findings.add(Code.WRONG_KIND, head(ask.node), f"`{ask.key}` is one figure", expected=expected)
        return None
    sign, rest = split_sign(ask.node.text)
    bound = bound_of(ask, rest)
    if bound is None:
        return None
    return Figure(**ask.place, sign=sign, bound=bound)


def split_sign(text: str) -> tuple[str, str]:
    """`<= 2` as its sign and the rest."""
    match = _SIGN.match(text)
    return (match[0], text[match.end() :].strip()) if match else ("", text.strip())


def end_of(node: Scalar, rest: str) -> Scalar:
    """The last part of a scalar, where it stands."""
    span = node.span
    start = span.source.text.find(rest, span.start, span.end)
    return Scalar(rest, Kind.TEXT, Span(span.source, start, start + len(rest)) if start >= 0 else span)


def bound_of(ask: Asking, rest: str) -> int | None:
    """What a figure is compared with, in the unit of its key."""
    bound: int | None = None
    if ask.key == "cost":
        assert isinstance(ask.node, Scalar), "a figure is"
        return ask.pen.quantity(end_of(ask.node, rest), "`cost`", Type.MONEY)
    if ask.key == "delivery":
        bound = day_of(rest)
    elif _COUNT.fullmatch(rest):
        bound = int(rest)
    if bound is None:
        message = f"`{ask.key}` cannot be {shown(as_written(ask.node))}"
        ask.pen.findings.add(Code.BAD_VALUE, head(ask.node), message, expected=EXPECT_KEYS[ask.key])
    return bound


def read_shipped(ask: Asking) -> Shipped:
    units = {}
    for key, value in ask.pen.entries(ask.node, "`shipped`"):
        if ask.pen.is_known(key.text, key, ask.names.nodes, "node"):
            known = (*ask.names.skus, *ask.names.offered)
            counts = ask.pen.counts(value, "`shipped`", known, "product in the order")
            units[NodeId(key.text)] = {Sku(sku): count for sku, count in counts.items() if count}
    return Shipped(**ask.place, units=units)


def read_unsent(ask: Asking) -> Unsent:
    wanted = {}
    for key, value in ask.pen.entries(ask.node, "`unshipped`"):
        if not ask.pen.is_known(key.text, key, ask.names.skus, "product in the order"):
            continue
        if isinstance(value, MappingNode):
            form = ask.pen.form(value, "a SKU left out", UNSHIPPED_KEYS)
            sign, bound = _units(form.fields.get("quantity"), ask)
            wanted[Sku(key.text)] = LeftOut(
                sign=sign,
                bound=bound,
                action=form.choice("action", tuple(UnshippedAction), "") or None,
                reason=form.text("reason") or None,
                until_day=form.day("until"),
            )
        else:
            sign, bound = _units(value, ask)
            wanted[Sku(key.text)] = LeftOut(sign=sign, bound=bound)
    return Unsent(**ask.place, wanted=wanted)


def _units(node: Node | None, ask: Asking) -> tuple[str, int]:
    """A count or a comparison of one; some where nothing is said."""
    if node is None:
        return ">", 0
    if isinstance(node, Scalar) and node.kind is Kind.TEXT:
        sign, rest = split_sign(node.text)
        if sign and _COUNT.fullmatch(rest):
            return sign, int(rest)
    return "", read_integer(node, "the count", 0, QUANTITY_MAX, ask.pen.findings) or 0


def read_held(ask: Asking) -> Held | None:
    wanted = read_bool(ask.node, "`held`", ask.pen.findings)
    return None if wanted is None else Held(**ask.place, wanted=wanted)


def read_fired(ask: Asking) -> Fired:
    return Fired(**ask.place, wanted=ask.rule_names(ask.node), is_ban=ask.key.startswith("not_"))


def read_taken_away(ask: Asking) -> TakenAway:
    wanted = {
        NodeId(key.text): ask.rule_names(value)
        for key, value in ask.pen.entries(ask.node, "`removed`")
        if ask.pen.is_known(key.text, key, ask.names.nodes, "node")
    }
    return TakenAway(**ask.place, wanted=wanted)


def read_charges(ask: Asking) -> Charges:
    wanted = {}
    for key, value in ask.pen.entries(ask.node, "`charges`"):
        name = ask.rule(key.text, key)
        amount_milli = ask.pen.quantity(value, "a charge", Type.MONEY, least=-MOST[Type.MONEY])
        if name is not None:
            wanted[name] = amount_milli
    return Charges(**ask.place, wanted_milli=wanted)


def read_policy(ask: Asking) -> Policy | None:
    block = Block.SPLITS if ask.key == "splits_rule" else Block.BACKORDER
    by_sku = ask.pen.entries(ask.node, "") if isinstance(ask.node, MappingNode) else ()
    if by_sku and block is Block.BACKORDER:
        pairs = [(Sku(key.text), value) for key, value in by_sku
                 if ask.pen.is_known(key.text, key, ask.names.skus, "product in the order")]  # fmt: skip
    else:
        pairs = [(None, ask.node)]  # type: ignore[list-item]
    wanted: dict[Sku | None, str] = {}
    for sku, value in pairs:
        for text, item in ask.pen.texts(value, f"`{ask.key}`"):
            if (name := ask.rule(f"{block}.default" if text == "default" else text, item)) is not None:
                wanted[sku] = name
    return Policy(**ask.place, block=block, wanted=wanted)


READERS: Mapping[str, Callable[[Asking], Expectation | None]] = {
    "node": read_senders,
    "not_node": read_senders,
    "service": read_senders,
    "not_service": read_senders,
    "shipments": read_figure,
    "shipped": read_shipped,
    "unshipped": read_unsent,
    "cost": read_figure,
    "late_days": read_figure,
    "delivery": read_figure,
    "held": read_held,
    "fired": read_fired,
    "not_fired": read_fired,
    "removed": read_taken_away,
    "charges": read_charges,
    "splits_rule": read_policy,
    "backorder_rule": read_policy,
}
