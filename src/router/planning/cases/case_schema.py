"""The JSON Schemas of case and network files, for editors, from the same tables of keys as their readers."""

from collections.abc import Callable, Mapping

from router.domain.limits import PROCESSING_DAYS_MAX, QUANTITY_MAX, TRANSIT_DAYS_MAX
from router.domain.plan import UnshippedAction
from router.planning.cases.case import CASE_KEYS, DAYS_MAX, GIVEN_KEYS, LINE_KEYS, ORDER_KEYS, PAYMENT_KEYS
from router.planning.cases.case_files import NETWORK_FILE_KEYS, NETWORK_KIND, TEST_FILE_KEYS, TEST_KIND
from router.planning.cases.case_forms import (
    CLOCK,
    SIGN,
    Form,
    closed,
    compared,
    count,
    counts,
    day,
    moment,
    money,
    own_facts,
    point,
    several,
)
from router.planning.cases.fixture_keys import (
    NETWORK_KEYS,
    NODE_KEYS,
    PLACE_KEYS,
    PRODUCT_KEYS,
    SERVICE_KEYS,
    ZONE_KEYS,
)
from router.planning.cases.fixtures import NODE_KINDS, TEMPERATURES
from router.planning.cases.read_expectations import EXPECT_KEYS, UNSHIPPED_KEYS
from router.rules.expressions.units import CURRENCY_DECIMALS
from router.rules.help.schema import SERVICE, rule_file_schema
from router.rules.help.schema_words import (
    DAY,
    Schema,
    amount,
    flag,
    listed,
    matching,
    named,
    one_or_more,
    root,
    text,
    whole,
    words,
)
from router.rules.vocabulary import PAYMENT_STATES, WEEKDAYS

PLACE = closed(
    "A destination.",
    PLACE_KEYS,
    {"country": text, "region": text, "postal_code": text, "at": point},
    ("at",),
)

ZONE = closed(
    "A zone of the tariff.",
    ZONE_KEYS,
    {
        "up_to": lambda help: amount(help, "km(500)"),
        "price": money,
        "per_kg": money,
        "transit_days": lambda help: whole(help, 1, TRANSIT_DAYS_MAX),
    },
    ("up_to", "price", "transit_days"),
)

SERVICE_LEVEL = closed(
    "A service level.",
    SERVICE_KEYS,
    {
        "mode": lambda help: text(help, examples=["GROUND", "AIR", "COLD", "FREIGHT"]),
        "price": money,
        "per_kg": money,
        "transit_days": lambda help: whole(help, 1, TRANSIT_DAYS_MAX),
        "zones": lambda help: listed(help, ZONE),
        "countries": several,
        "hazmat": several,
        "temperatures": lambda help: one_or_more(help, words(help, TEMPERATURES)),
        "parcel_max": lambda help: amount(help, "kg(30)"),
        "weekdays_only": flag,
    },
)

NODE = closed(
    "A warehouse, a store or a supplier.",
    NODE_KEYS,
    {
        "kind": lambda help: words(help, NODE_KINDS),
        "country": text,
        "region": text,
        "postal_code": text,
        "at": point,
        "stock": counts,
        "services": several,
        "open": flag,
        "timezone": text,
        "cut_off": lambda help: matching(help, CLOCK, '"17:00"'),
        "closed": lambda help: one_or_more(help, words(help, WEEKDAYS)),
        "closed_dates": lambda help: one_or_more(help, day(help)),
        "processing_days": lambda help: whole(help, 0, PROCESSING_DAYS_MAX),
        "shipments_per_day": count,
        "handling": money,
        "pick_line": money,
        "pick_unit": money,
        "packaging": money,
        "attributes": own_facts,
    },
    ("at",),
)

PRODUCT = closed(
    "A product.",
    PRODUCT_KEYS,
    {
        "name": text,
        "category": text,
        "price": money,
        "weight": lambda help: amount(help, "kg(1.2)"),
        "size": lambda help: listed(help, amount("A side.", "cm(30)"), minItems=3, maxItems=3),
        "hazmat": text,
        "temperature": lambda help: words(help, TEMPERATURES),
        "release": day,
        "attributes": own_facts,
    },
)

NETWORK_FORMS: Mapping[str, Form] = {
    "kind": lambda help: words(help, (NETWORK_KIND,)),
    "currency": lambda help: words(help, tuple(CURRENCY_DECIMALS)),
    "timezone": text,
    "country": text,
    "nodes": lambda help: named(help, NODE),
    "services": lambda help: named(help, SERVICE_LEVEL, propertyNames={"pattern": SERVICE}),
    "products": lambda help: named(help, PRODUCT),
    "places": lambda help: named(help, PLACE),
}

LINE = closed(
    "A line of the order.",
    LINE_KEYS,
    {
        "sku": text,
        "quantity": lambda help: whole(help, 1, QUANTITY_MAX),
        "price": money,
        "kit": text,
        "together": text,
    },
    ("sku",),
)

ORDER = closed(
    "What the customer asks for.",
    ORDER_KEYS,
    {
        "id": text,
        "channel": text,
        "tier": text,
        "customer": text,
        "to": lambda help: {"description": help, "anyOf": [text(help), PLACE]},
        "promise": day,
        "placed": moment,
        "lines": lambda help: listed(help, {"anyOf": [text("A SKU, one unit of it."), LINE]}, minItems=1),
        "pickup": several,
        "services": several,
        "substitutes": flag,
        "attributes": own_facts,
    },
    ("lines",),
)

PAYMENT = closed(
    "How the order is paid for.",
    PAYMENT_KEYS,
    {
        "state": lambda help: words(help, PAYMENT_STATES),
        "paid": money,
        "days": lambda help: whole(help, 0, DAYS_MAX),
    },
    ("state",),
)

GIVEN = closed(
    "The order, and what differs from the network.",
    GIVEN_KEYS,
    {
        "use": text,
        "order": lambda _: ORDER,
        "stock": lambda help: named(help, counts("By SKU.")),
        "payment": lambda _: PAYMENT,
        "booked": counts,
    },
    ("order",),
)

LEFT_OUT = closed(
    "What becomes of a SKU that stays behind.",
    UNSHIPPED_KEYS,
    {
        "quantity": compared,
        "action": lambda help: words(help, tuple(UnshippedAction)),
        "reason": text,
        "until": day,
    },
)

EXPECT = closed(
    "What must come out.",
    EXPECT_KEYS,
    {
        "node": several,
        "not_node": several,
        "service": several,
        "not_service": several,
        "shipments": compared,
        "shipped": lambda help: named(help, counts("By SKU.")),
        "unshipped": lambda help: named(help, {"anyOf": [*compared(help)["anyOf"], LEFT_OUT]}),
        "cost": lambda help: text(help, examples=["usd(6.90)", "<= usd(7)"]),
        "late_days": compared,
        "delivery": lambda help: matching(help, f"^{SIGN}{DAY[1:]}", '"2026-12-05" or "<= 2026-12-05"'),
        "held": flag,
        "fired": several,
        "not_fired": several,
        "removed": lambda help: named(help, several("The rules.")),
        "charges": lambda help: named(help, money("What it adds.")),
        "splits_rule": several,
        "backorder_rule": lambda help: {
            "description": help, "anyOf": [*several(help)["anyOf"], named(help, several("The rule."))],
        },
    },
)  # fmt: skip

CASE = closed(
    "A case: given an order, expect a plan.",
    CASE_KEYS,
    {"name": text, "now": moment, "given": lambda _: GIVEN, "expect": lambda _: EXPECT, "todo": flag},
    ("name", "given", "expect"),
)


def rules_schema() -> Schema:
    """Of `kind: RuleSet/v1`."""
    return rule_file_schema(CASE)


def network_schema() -> Schema:
    """Of `kind: Network/v1`."""
    required = ("kind", "nodes", "services")
    return root(
        "Network for the cases of rules", closed("A network.", NETWORK_FILE_KEYS, NETWORK_FORMS, required)
    )


def tests_schema() -> Schema:
    """Of `kind: RuleTests/v1`."""
    network = closed("A network.", NETWORK_KEYS, NETWORK_FORMS, ("nodes", "services"))
    forms: Mapping[str, Form] = {
        "kind": lambda help: words(help, (TEST_KIND,)),
        "networks": lambda help: named(help, network),
        "use": text,
        "now": moment,
        "cases": lambda help: listed(help, CASE),
    }
    return root("Cases of rules", closed("Cases.", TEST_FILE_KEYS, forms, ("kind", "cases")))


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "rules": rules_schema,
    "tests": tests_schema,
    "network": network_schema,
}
"""The kinds of files, each with what makes its schema."""
