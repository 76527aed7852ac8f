"""Networks small enough to write down beside rules: nodes with their stock, services, products and places."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from router.domain.carrier import EVERY_DAY, WEEKDAYS, Bracket, Carrier, ServiceLevel, Tariff, Zone
from router.domain.identifiers import CarrierId, NodeId, ServiceLevelId, Sku
from router.domain.limits import (
    DISTANCE_KM_MAX,
    PROCESSING_DAYS_MAX,
    QUANTITY_MAX,
    RATE_MICRO_MAX,
    TRANSIT_DAYS_MAX,
)
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.domain.order import Destination
from router.domain.place import Point
from router.domain.product import Product
from router.planning.cases.fixture_keys import (
    NETWORK_KEYS,
    NODE_KEYS,
    PLACE_KEYS,
    PRODUCT_KEYS,
    SERVICE_KEYS,
    ZONE_KEYS,
)
from router.planning.cases.form import Form, Keys, Pen
from router.rules.diagnostics import Code, shown
from router.rules.expressions.units import CURRENCY_DECIMALS
from router.rules.text.fields import head, read_choice, read_items
from router.rules.text.tree import Node as YamlNode
from router.rules.vocabulary import FACTS, Type
from router.rules.vocabulary import WEEKDAYS as DAYS_OF_WEEK

PARCEL_GRAMS = 1_000_000
PRODUCT_GRAMS = 500
CUT_OFF_MINUTES = 17 * 60
COUNTRY = "US"
TEMPERATURES = FACTS["line.temperature"].values
NODE_KINDS = FACTS["node.kind"].values


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """A network and all that a case may name. `stock` is by SKU, then node; `pen` reads cases in its money and time."""

    name: str
    pen: Pen
    network: Network
    products: Mapping[Sku, Product]
    prices_minor: Mapping[Sku, int]
    stock: Mapping[Sku, Mapping[NodeId, int]]
    places: Mapping[str, Destination]
    country: str


def read_fixture(name: str, node: YamlNode, pen: Pen, keys: Keys = NETWORK_KEYS) -> Fixture:
    """The network of a mapping. Where it names no currency or time zone, those of `pen` hold."""
    form = pen.form(node, "a network", keys, required=("nodes", "services"))
    own = replace(pen, currency=_currency(form), time_zone=form.time_zone("timezone"))
    form = replace(form, pen=own)
    country = form.text("country", COUNTRY)
    goods = {Sku(key.text): _product_form(own, value) for key, value in form.entries("products")}
    services = [_service(key.text, value, key, country, own) for key, value in form.entries("services")]
    service_ids = [service.id for service in services]
    forms = {
        NodeId(key.text): own.form(value, "a node", NODE_KEYS, required=("at",))
        for key, value in form.entries("nodes")
    }
    stock: dict[Sku, dict[NodeId, int]] = {}
    for node_id, of_node in forms.items():
        if "stock" in of_node:
            for sku, count in own.counts(of_node.fields["stock"], "`stock`", goods, "product").items():
                stock.setdefault(Sku(sku), {})[node_id] = count
    carriers = sorted({service.carrier_id for service in services})
    return Fixture(
        name=name,
        pen=own,
        network=Network(
            currency=own.currency,
            nodes=tuple(_node(node_id, of_node, country, service_ids) for node_id, of_node in forms.items()),
            carriers=tuple(Carrier(id=carrier_id) for carrier_id in carriers),
            service_levels=tuple(services),
        ),
        products={sku: _product(sku, of_product) for sku, of_product in goods.items()},
        prices_minor={
            sku: of_product.minor("price", 20 * 10 ** CURRENCY_DECIMALS.get(own.currency, 2))
            for sku, of_product in goods.items()
        },
        stock=stock,
        places={key.text: read_place(value, country, own) for key, value in form.entries("places")},
        country=country,
    )


def _currency(form: Form) -> str:
    if "currency" not in form:
        return form.pen.currency
    node, rules = form.fields["currency"], form.pen.currency
    found = read_choice(node, "`currency`", tuple(CURRENCY_DECIMALS), form.pen.findings)
    if found is not None and found != rules:
        form.pen.findings.add(
            Code.CURRENCY, head(node), f"{found} here, but {rules} in the rules", expected=rules
        )
    return found or rules


def read_place(node: YamlNode, country: str, pen: Pen) -> Destination:
    """Where an order goes."""
    form = pen.form(node, "a place", PLACE_KEYS, required=("at",))
    return Destination(
        country=form.text("country", country),
        region=form.text("region"),
        postal_code=form.text("postal_code"),
        point=form.point("at"),
    )


def _node(node_id: NodeId, form: Form, country: str, service_ids: list[ServiceLevelId]) -> Node:
    cut_off = form.minutes("cut_off", CUT_OFF_MINUTES)
    closed = form.choices("closed", DAYS_OF_WEEK, "day of the week", ())
    return Node(
        id=node_id,
        kind=form.choice("kind", NODE_KINDS, NODE_KINDS[0]),
        is_open=form.flag("open", default=True),
        country=form.text("country", country),
        region=form.text("region"),
        postal_code=form.text("postal_code"),
        point=form.point("at") or Point(0, 0),
        calendar=NodeCalendar(
            time_zone=form.time_zone("timezone"),
            cut_off_minutes=tuple(None if day in closed else cut_off for day in DAYS_OF_WEEK),
            closed_days=form.days("closed_dates"),
            processing_days=form.count("processing_days", 0, PROCESSING_DAYS_MAX),
        ),
        service_level_ids=tuple(
            map(ServiceLevelId, form.choices("services", service_ids, "service", tuple(service_ids)))
        ),
        shipments_per_day=(
            form.count("shipments_per_day", 0, QUANTITY_MAX) if "shipments_per_day" in form else None
        ),
        handling_minor=form.minor("handling"),
        pick_line_minor=form.minor("pick_line"),
        pick_unit_minor=form.minor("pick_unit"),
        packaging_minor=form.minor("packaging"),
        attributes=form.attributes(),
    )


def _service(name: str, node: YamlNode, key: YamlNode, country: str, pen: Pen) -> ServiceLevel:
    form = pen.form(node, "a service", SERVICE_KEYS)
    carrier, _, level = name.partition("/")
    if not carrier or not level:
        message = f"a service cannot be named {shown(name)}"
        pen.findings.add(Code.BAD_VALUE, head(key), message, expected="CARRIER/LEVEL")
    grams_max = form.quantity("parcel_max", Type.WEIGHT, PARCEL_GRAMS)
    weekdays = WEEKDAYS if form.flag("weekdays_only", default=False) else EVERY_DAY
    return ServiceLevel(
        id=ServiceLevelId(name),
        carrier_id=CarrierId(carrier),
        mode=form.text("mode", "GROUND"),
        countries=form.words("countries", (country,)),
        pickup_weekdays=weekdays,
        delivery_weekdays=weekdays,
        parcel_weight_grams_max=grams_max,
        hazmat_accepted=form.words("hazmat"),
        temperatures_accepted=form.choices("temperatures", TEMPERATURES, "temperature", (TEMPERATURES[0],)),
        tariff=Tariff(zones=_zones(form, grams_max)),
    )


def _zones(form: Form, grams_max: int) -> tuple[Zone, ...]:
    """The one zone that the service itself describes, or those it lists."""
    needed, findings = ("price", "transit_days"), form.pen.findings
    if "zones" not in form:
        for key in needed:
            if key not in form:
                help = "or `zones`, if they depend on the distance"
                findings.add(Code.MISSING_KEY, head(form.node), f"a service needs `{key}`", help=help)
        return (_zone(form, DISTANCE_KM_MAX, grams_max),)
    for key in ("per_kg", *needed):
        if key in form:
            findings.add(Code.BAD_VALUE, head(form.fields[key]), f"`{key}` stands in each of the `zones`")
    forms = [
        form.pen.form(item, "a zone", ZONE_KEYS, required=("up_to", *needed))
        for item in read_items(form.fields["zones"], "`zones`", findings)
    ]
    return tuple(
        _zone(one, one.quantity("up_to", Type.DISTANCE, DISTANCE_KM_MAX), grams_max) for one in forms
    )


def _zone(form: Form, distance_km_max: int, grams_max: int) -> Zone:
    # Millionths of a minor unit per gram are thousandths of a minor unit per kilogram.
    price = Bracket(
        weight_grams_max=grams_max,
        price_minor=form.minor("price"),
        rate_micro=min(form.milli("per_kg"), RATE_MICRO_MAX),
    )
    transit_days = form.count("transit_days", 1, TRANSIT_DAYS_MAX)
    return Zone(distance_km_max=distance_km_max, transit_days=transit_days, brackets=(price,))


def _product_form(pen: Pen, node: YamlNode) -> Form:
    return pen.form(node, "a product", PRODUCT_KEYS)


def _product(sku: Sku, form: Form) -> Product:
    sides = [0, 0, 0]
    if "size" in form:
        items = read_items(form.fields["size"], "`size`", form.pen.findings)
        sides = [form.pen.quantity(item, "a side", Type.LENGTH) for item in items]
        if len(sides) != 3:
            form.pen.findings.add(
                Code.BAD_VALUE, head(form.fields["size"]), f"`size` has {len(sides)} sides",
                expected="[cm(30), cm(20), cm(10)]",
            )  # fmt: skip
            sides = [0, 0, 0]
    return Product(
        sku=sku,
        name=form.text("name"),
        category=form.text("category"),
        weight_grams=form.quantity("weight", Type.WEIGHT, PRODUCT_GRAMS),
        length_mm=sides[0],
        width_mm=sides[1],
        height_mm=sides[2],
        hazmat=form.text("hazmat"),
        temperature=form.choice("temperature", TEMPERATURES, TEMPERATURES[0]),
        attributes=form.attributes(),
        release_day=form.day("release"),
    )
