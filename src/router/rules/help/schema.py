"""The JSON Schema of rule files, for editors: keys, words and what each means, from the same tables as the checker.

It says what a file may look like; what expressions mean is the checker's part.
"""

from collections.abc import Callable, Mapping, Sequence

from router.domain.limits import SHIPMENTS_PER_PLAN_MAX
from router.domain.plan import Level, UnshippedAction
from router.rules.blocks.context import ID_PATTERN
from router.rules.blocks.effects import Block
from router.rules.blocks.header import ATTRIBUTE_NAME, ATTRIBUTE_TYPES, LAST_TIE, LIST_NAME
from router.rules.blocks.rulefile import KIND, OPTIONAL, PRIORITY_MAX, REQUIRED
from router.rules.blocks.rules_of_substitutes import OFFER_MAX, Consent
from router.rules.blocks.table import (
    OF_ORDERS,
    SPECS,
    WAIT_DAYS_MAX,
    WAITING_UNITS_MAX,
    WEIGHT_MAX,
    BlockSpec,
)
from router.rules.expressions.checking import Reach
from router.rules.expressions.units import CURRENCY_DECIMALS
from router.rules.help.key_help import (
    BLOCK_HELP,
    HEADER_HELP,
    OBJECTIVE_HELP,
    SOFTEN_HELP,
    WORD_HELP,
    key_help,
)
from router.rules.help.schema_words import (
    DAY_OR_TIME,
    Schema,
    amount,
    expression,
    flag,
    listed,
    mapping,
    matching,
    named,
    number,
    root,
    text,
    whole,
    words,
)
from router.rules.verdicts import Per, SplitUnits
from router.rules.vocabulary import VOCABULARY, Scope, Type

ID_FORM = "lower-case letters, digits and `-`, beginning with a letter, 64 at most"
DAY_FORM = '"2026-11-23" or "2026-11-23T09:00"'
SERVICE = r"^[^/]+/.+$"


def rule_file_schema(case: Schema) -> Schema:
    """The schema of `kind: RuleSet/v1`. `case` is that of one of its `tests`."""
    keys = {
        **header_keys(case),
        **{str(block): listed(block_help(block), rule_schema(SPECS[block])) for block in Block},
    }
    ordered = {key: keys[key] for key in (*REQUIRED, *OPTIONAL)}
    return root("Rules of the order router", mapping("One rule set.", ordered, REQUIRED))


def header_keys(case: Schema) -> Mapping[str, Schema]:
    """All keys of a rule file but its blocks."""
    help = HEADER_HELP
    applies = Reach(what="`applies`", scopes=OF_ORDERS)
    return {
        "kind": words(help["kind"], (KIND,)),
        "id": identifier(help["id"]),
        "priority": whole(help["priority"], -PRIORITY_MAX, PRIORITY_MAX),
        "currency": words(help["currency"], tuple(CURRENCY_DECIMALS)),
        "applies": asking(help["applies"], Type.BOOL, applies, 'dest.country == "US"'),
        "revision": text(help["revision"], examples=["2026.11"]),
        "owner": text(help["owner"]),
        "timezone": text(help["timezone"], examples=["America/New_York", "Europe/Paris", "UTC"]),
        "effective": dates(help["effective"]),
        "lists": named(
            help["lists"],
            listed("Its words.", text("A word.")),
            propertyNames={"pattern": f"^{LIST_NAME.pattern}$"},
        ),
        "attributes": named(
            help["attributes"],
            words("What a value is; one that does not read as it counts as absent.", ATTRIBUTE_TYPES),
            propertyNames={"pattern": f"^{ATTRIBUTE_NAME.pattern}$"},
        ),
        "objective": objective(help["objective"]),
        "tests": listed(help["tests"], case),
    }


def rule_schema(spec: BlockSpec) -> Schema:
    """One rule of a block, with the keys that the checker takes."""
    names = ("id", *spec.required, *spec.all_optional)
    return mapping(
        block_help(spec.block), {name: key_schema(spec, name) for name in names}, ("id", *spec.required)
    )


def key_schema(spec: BlockSpec, key: str) -> Schema:
    """What may stand under this key of this block's rules."""
    form = BLOCK_FORMS.get((spec.block, key)) or FORMS[key]
    return form(spec, key_help(spec.block, key))


def block_help(block: Block) -> str:
    """What the block is for, and what several of its rules do."""
    return f"{BLOCK_HELP[block]} Several rules: {SPECS[block].hit_policy}."


def identifier(description: str, *examples: str) -> Schema:
    return matching(description, f"^{ID_PATTERN.pattern}$", ID_FORM, examples=list(examples))


def dates(description: str) -> Schema:
    day = matching("The first moment inside.", DAY_OR_TIME, DAY_FORM)
    end = matching("The first moment no longer inside.", DAY_OR_TIME, DAY_FORM)
    return {**mapping(description, {"from": day, "to": end}), "minProperties": 1}


def objective(description: str) -> Schema:
    levels = tuple(map(str, Level))
    properties = {
        "point_value": amount(OBJECTIVE_HELP["point_value"], "usd(0.01)"),
        "tiers": listed(OBJECTIVE_HELP["tiers"], explained("A level.", levels), uniqueItems=True),
        "ties": listed(OBJECTIVE_HELP["ties"], explained("A level.", (*levels, LAST_TIE)), uniqueItems=True),
    }
    return {**mapping(description, properties), "minProperties": 1}


def explained(description: str, choices: Sequence[str]) -> Schema:
    """Words of a closed list, each with its meaning."""
    return {
        **words(description, choices),
        "markdownEnumDescriptions": [WORD_HELP[choice] for choice in choices],
    }


def softening(spec: BlockSpec, description: str) -> Schema:
    properties = {
        "cost": asking(SOFTEN_HELP["cost"], Type.MONEY, spec.value_reach, "usd(15)"),
        "per": explained(SOFTEN_HELP["per"], tuple(Per)),
        "effective": dates(SOFTEN_HELP["effective"]),
    }
    return mapping(description, properties, ("cost", "per"))


def asking(description: str, type_: Type, reach: Reach, *examples: str | int) -> Schema:
    """An expression, with the facts that it may read."""
    return expression(f"{description}\n\nReads {', '.join(facts_within(reach))}.", type_, *examples)


def facts_within(reach: Reach) -> tuple[str, ...]:
    """The kinds of facts within reach, as an author begins to write them."""
    kinds: dict[str, Scope] = {}
    for fact in VOCABULARY:
        kinds.setdefault(f"`{fact.name.partition('.')[0]}.*`", fact.scope)
    found = [kind for kind, scope in kinds.items() if scope in reach.scopes]
    return (*found, *(("`lines.*`",) if Scope.ORDER in reach.scopes else ()))


Form = Callable[[BlockSpec, str], Schema]

FORMS: Mapping[str, Form] = {
    "id": lambda spec, help: identifier(help, *(("default",) if spec.first_match else ())),
    "when": lambda spec, help: asking(help, Type.BOOL, spec.reach, WHEN_EXAMPLES[spec.block]),
    "because": lambda spec, help: text(help),
    "effective": lambda spec, help: dates(help),
    "overrides": lambda spec, help: listed(help, text("The id of a later rule of this block.")),
    "keep": lambda spec, help: asking(
        help, Type.BOOL, spec.reach, "node.is_open", "pair.distance <= km(1500)"
    ),
    "ban": lambda spec, help: asking(
        help, Type.BOOL, spec.reach, 'service.mode == "AIR"', 'node.kind == "STORE"'
    ),
    "soften": softening,
    "share": lambda spec, help: number(help, 0, 1),
    "units": lambda spec, help: explained(help, tuple(SplitUnits)),
    "weight": lambda spec, help: number(help, 0, WEIGHT_MAX),
    "value": lambda spec, help: asking(help, Type.FLOAT, spec.value_reach, "1.0 - pair.distance / km(4000)"),
    "per": lambda spec, help: explained(help, tuple(Per)),
    "amount": lambda spec, help: asking(
        help, Type.MONEY, spec.value_reach, "usd(1.25)", "order.total * 0.01"
    ),
    "use": lambda spec, help: listed(help, matching("A service.", SERVICE, "CARRIER/LEVEL"), minItems=1),
    "max_shipments": lambda spec, help: whole(help, 1, SHIPMENTS_PER_PLAN_MAX),
    "min_value": lambda spec, help: amount(help, "usd(15)"),
    "extra_box": lambda spec, help: amount(help, "usd(2.50)"),
    "complete": lambda spec, help: flag(help),
    "offer": lambda spec, help: listed(
        help, text("A SKU."), minItems=1, maxItems=OFFER_MAX, uniqueItems=True
    ),
    "only_short": lambda spec, help: flag(help),
    "consent": lambda spec, help: explained(help, tuple(Consent)),
    "do": lambda spec, help: explained(help, tuple(UnshippedAction)),
    "penalty": lambda spec, help: amount(help, "usd(40)"),
    "until": lambda spec, help: words(help, ("release",)),
    "max_days": lambda spec, help: whole(help, 0, WAIT_DAYS_MAX),
    "max_units": lambda spec, help: whole(help, 0, WAITING_UNITS_MAX),
    "max_waiting": lambda spec, help: whole(help, 0, WAITING_UNITS_MAX),
}
"""What may stand under a key, unless `BLOCK_FORMS` knows better: of a block's facts and the key's help."""

BLOCK_FORMS: Mapping[tuple[Block, str], Form] = {
    (Block.SAFETY_STOCK, "keep"): lambda spec, help: asking(
        help, Type.INT, spec.reach, 2, "line.quantity * 2"
    ),
    (Block.STOCK_CAPS, "units"): lambda spec, help: asking(help, Type.INT, spec.reach, 20),
}

WHEN_EXAMPLES: Mapping[Block, str] = {
    Block.HOLDS: "order.total > usd(5000)",
    Block.ON_ACCOUNT: 'order.tier == "BUSINESS"',
    Block.SUBSTITUTES: 'line.sku == "RED-CLOCK"',
    Block.FILTERS: 'order.channel == "web"',
    Block.CONSTRAINTS: 'line.hazmat == "LITHIUM"',
    Block.TOGETHER: 'line.temperature == "FROZEN"',
    Block.SAFETY_STOCK: 'node.kind == "STORE"',
    Block.STOCK_CAPS: 'order.channel == "marketplace"',
    Block.SCORES: 'node.kind == "STORE"',
    Block.COSTS: "lane.late_days > days(0)",
    Block.CARRIERS: "shipment.weight > kg(30)",
    Block.SPLITS: 'order.tier == "GOLD"',
    Block.BACKORDER: "line.is_preorder",
}
