"""Cases beside the rules: given an order in a small network at a moment, what is expected of its decision."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from router.domain.identifiers import Instant, LineId, NodeId, OrderId, ServiceLevelId, Sku
from router.domain.limits import LINES_PER_ORDER_MAX, QUANTITY_MAX, UNITS_PER_ORDER_MAX
from router.domain.order import Destination, Order, OrderLine
from router.planning.cases.asking import Names
from router.planning.cases.expectations import Expectation
from router.planning.cases.fixtures import Fixture, read_place
from router.planning.cases.form import Form, Keys, Pen
from router.planning.cases.read_expectations import EXPECT_KEYS, read_expectations
from router.routing.decision import Paid
from router.rules.diagnostics import Code, Span, shown
from router.rules.text.fields import head, read_items
from router.rules.text.tree import Kind, Scalar
from router.rules.text.tree import Node as YamlNode
from router.rules.vocabulary import PAYMENT_STATES

DAYS_MAX = 3_650

CASE_KEYS: Keys = {
    "name": "what it shows, in a sentence",
    "now": "when it is decided, in the network's time zone",
    "given": "the order, and what differs from the network",
    "expect": "what must come out",
    "todo": "true: a known gap; it must fail until the gap is closed",
}
GIVEN_KEYS: Keys = {
    "use": "the network; the only one in reach unless said otherwise",
    "order": "what the customer asks for",
    "stock": "units by node and SKU where they differ from the network",
    "payment": "how it is paid for, {state, paid, days}; none unless said otherwise",
    "booked": "shipments planned already, by node, for the first day on which the order could leave",
}
ORDER_KEYS: Keys = {
    "id": "the order's number",
    "channel": "web unless said otherwise",
    "tier": "the customer's tier",
    "customer": "the customer's id",
    "to": "a place of the network, or {country, region, postal_code, at}",
    "promise": "the last day of delivery that was promised",
    "placed": "when the customer ordered; now unless said otherwise",
    "lines": "SKUs, or {sku, quantity, price, kit, together}",
    "pickup": "the node where the customer collects it",
    "services": "the service levels that the customer chose from; any unless said otherwise",
    "substitutes": "whether the customer takes what rules offer instead of a product",
    "attributes": "the company's own facts",
}
PAYMENT_KEYS: Keys = {
    "state": "NONE, PENDING, DECLINED, PARTLY or COVERED",
    "paid": "what was captured and what still can be; nothing unless said otherwise",
    "days": "until the first authorization runs out; never unless said otherwise",
}
LINE_KEYS: Keys = {
    "sku": "the product",
    "quantity": "1 unless said otherwise",
    "price": "of a unit",
    "kit": "lines with the same word are one kit",
    "together": "lines with the same word leave in one shipment",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case, read. `stock` (by SKU, then node) and `booked` are what differs from the fixture."""

    name: str
    file: str
    line: int
    fixture: Fixture
    now: Instant
    order: Order
    stock: Mapping[Sku, Mapping[NodeId, int]]
    booked: Mapping[NodeId, int]
    paid: Paid | None
    expectations: tuple[Expectation, ...]
    is_todo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What cases of one file may refer to, and which network and moment hold where they name none."""

    fixtures: Mapping[str, Fixture]
    pen: Pen
    rule_names: Collection[str]
    near: Collection[str] = ()
    offered: Collection[str] = ()
    """What rules offer instead of other products."""
    use: str = ""
    now: YamlNode | None = None


def read_case(node: YamlNode, around: Surroundings, seen: dict[str, Span]) -> Case | None:
    """The case; None where it names no network to decide in. `seen` are the names of the file's cases so far."""
    form = around.pen.form(node, "a case", CASE_KEYS, required=("name", "given", "expect"))
    name = form.text("name")
    if name:
        _note_name(form, name, seen)
    if "given" not in form:
        return None
    given = around.pen.form(form.fields["given"], "`given`", GIVEN_KEYS, required=("order",))
    fixture = _fixture(given, around)
    if fixture is None:
        return None
    pen = fixture.pen
    now = _now(form, around, pen)
    order = _order(given, fixture, now or Instant(0))
    if now is None or order is None or "expect" not in form:
        return None
    names = Names(
        nodes=frozenset(node.id for node in fixture.network.nodes),
        services=frozenset(level.id for level in fixture.network.service_levels),
        skus=frozenset(line.sku for line in order.lines),
        offered=frozenset(around.offered),
        rules=frozenset(around.rule_names),
        near=frozenset(around.near),
    )
    expect = pen.form(form.fields["expect"], "`expect`", EXPECT_KEYS)
    return Case(
        name=name,
        file=head(node).source.name,
        line=head(node).line,
        fixture=fixture,
        now=now,
        order=order,
        stock=_stock(given, fixture),
        booked=_booked(given, fixture),
        paid=_paid(given, fixture, now),
        expectations=read_expectations(expect, names),
        is_todo=form.flag("todo", default=False),
    )


def _note_name(form: Form, name: str, seen: dict[str, Span]) -> None:
    span = head(form.fields["name"])
    if name in seen:
        message = f"the case {shown(name)} stands twice; first in line {seen[name].line}"
        form.pen.findings.add(Code.DUPLICATE_ID, span, message)
    seen.setdefault(name, span)


def _fixture(given: Form, around: Surroundings) -> Fixture | None:
    """The network that it or its file names."""
    fixtures, findings = around.fixtures, around.pen.findings
    name = given.text("use", around.use)
    if name:
        where = given.fields.get("use", given.node)
        return fixtures[name] if around.pen.is_known(name, where, fixtures, "network") else None
    findings.add(
        Code.MISSING_KEY, head(given.node), "`given` needs `use`, the network to decide in",
        expected=", ".join(sorted(fixtures)) or "a network in `networks:` or in a `*.network.yaml` beside it",
    )  # fmt: skip
    return None


def _now(form: Form, around: Surroundings, pen: Pen) -> Instant | None:
    fields = dict(form.fields)
    if around.now is not None:
        fields.setdefault("now", around.now)
    if "now" in fields:
        return Form(pen=pen, node=form.node, fields=fields).instant("now", Instant(0))
    help = 'now: "2026-12-01T09:00", here or for all cases of the file'
    pen.findings.add(
        Code.MISSING_KEY, head(form.node), "a case needs `now`, the moment of its decision", help=help
    )
    return None


def _order(given: Form, fixture: Fixture, now: Instant) -> Order | None:
    if "order" not in given:
        return None
    form = fixture.pen.form(given.fields["order"], "`order`", ORDER_KEYS, required=("lines",))
    destination = _destination(form, fixture)
    lines = [
        _line(number, node, fixture)
        for number, node in enumerate(
            read_items(form.fields.get("lines"), "`lines`", form.pen.findings), start=1
        )
    ]
    known = tuple(line for line in lines if line is not None)
    if "lines" in form and not lines:
        form.pen.findings.add(Code.BAD_VALUE, head(form.fields["lines"]), "an order has at least one line")
    if len(known) > LINES_PER_ORDER_MAX or sum(line.quantity for line in known) > UNITS_PER_ORDER_MAX:
        message = f"an order has {LINES_PER_ORDER_MAX} lines and {UNITS_PER_ORDER_MAX} units at most"
        form.pen.findings.add(Code.TOO_LARGE, head(form.fields["lines"]), message)
    if destination is None or not known:
        return None
    pickup = form.choices("pickup", frozenset(node.id for node in fixture.network.nodes), "node", ())
    levels = frozenset(level.id for level in fixture.network.service_levels)
    return Order(
        id=OrderId(form.text("id", "order")),
        channel=form.text("channel", "web"),
        customer_id=form.text("customer"),
        tier=form.text("tier"),
        destination=destination,
        lines=known,
        place_time=form.instant("placed", now) or now,
        promise_day=form.day("promise"),
        attributes=form.attributes(),
        pickup_node_id="".join(pickup[:1]),
        service_level_ids=tuple(map(ServiceLevelId, form.choices("services", levels, "service level", ()))),
        accepts_substitutes=form.flag("substitutes", default=False),
    )


def _paid(given: Form, fixture: Fixture, now: Instant) -> Paid | None:
    if "payment" not in given:
        return None
    form = fixture.pen.form(given.fields["payment"], "`payment`", PAYMENT_KEYS, required=("state",))
    days = form.count("days", -1, DAYS_MAX)
    return Paid(
        state=form.choice("state", PAYMENT_STATES, "NONE"),
        covered_minor=form.minor("paid"),
        expire_time=None if days < 0 else Instant(now + days * 86_400_000_000),
    )


def _destination(form: Form, fixture: Fixture) -> Destination | None:
    """The place it names or describes; the network's first where it says nothing."""
    findings = form.pen.findings
    if "to" not in form:
        if fixture.places:
            return next(iter(fixture.places.values()))
        findings.add(
            Code.MISSING_KEY, head(form.node), "`order` needs `to`, its destination",
            help="or give the network `places`; the first is where orders go that do not say",
        )  # fmt: skip
        return None
    node = form.fields["to"]
    if not isinstance(node, Scalar):
        return read_place(node, fixture.country, form.pen)
    name = form.text("to")
    return fixture.places[name] if form.pen.is_known(name, node, fixture.places, "place") else None


def _line(number: int, node: YamlNode, fixture: Fixture) -> OrderLine | None:
    """`A`, or `{sku: A, quantity: 2, price: usd(20)}`."""
    pen = fixture.pen
    if isinstance(node, Scalar) and node.kind is Kind.TEXT:
        if not pen.is_known(node.text, node, fixture.products, "product"):
            return None
        sku = Sku(node.text)
        return OrderLine(
            id=LineId(str(number)), sku=sku, quantity=1, unit_price_minor=fixture.prices_minor[sku]
        )
    form = pen.form(node, "a line", LINE_KEYS, required=("sku",))
    name = form.text("sku")
    if not name or not pen.is_known(name, form.fields["sku"], fixture.products, "product"):
        return None
    return OrderLine(
        id=LineId(str(number)),
        sku=Sku(name),
        quantity=form.count("quantity", 1, QUANTITY_MAX, least=1),
        unit_price_minor=form.minor("price", fixture.prices_minor[Sku(name)]),
        kit_id=form.text("kit"),
        together_id=form.text("together"),
    )


def _stock(given: Form, fixture: Fixture) -> dict[Sku, dict[NodeId, int]]:
    """What `stock: {NODE: {SKU: units}}` says, by SKU, then node."""
    node_ids = frozenset(node.id for node in fixture.network.nodes)
    stock: dict[Sku, dict[NodeId, int]] = {}
    for key, value in given.entries("stock"):
        if given.pen.is_known(key.text, key, node_ids, "node"):
            for sku, count in given.pen.counts(value, "`stock`", fixture.products, "product").items():
                stock.setdefault(Sku(sku), {})[NodeId(key.text)] = count
    return stock


def _booked(given: Form, fixture: Fixture) -> dict[NodeId, int]:
    """What `booked: {NODE: shipments}` says."""
    if "booked" not in given:
        return {}
    limited = frozenset(node.id for node in fixture.network.nodes if node.shipments_per_day is not None)
    counts = given.pen.counts(given.fields["booked"], "`booked`", limited, "node with `shipments_per_day`")
    return {NodeId(node_id): count for node_id, count in counts.items()}
