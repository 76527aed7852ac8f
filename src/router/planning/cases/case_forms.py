"""What may stand under the keys of cases and networks, as JSON Schemas."""

from collections.abc import Callable, Mapping, Sequence

from router.domain.limits import QUANTITY_MAX
from router.planning.cases.form import Keys
from router.rules.help.schema_words import (
    DAY,
    DAY_OR_TIME,
    Schema,
    amount,
    listed,
    mapping,
    matching,
    named,
    one_or_more,
    text,
    whole,
)

Form = Callable[[str], Schema]
"""What may stand under a key whose help this is."""

SIGN = "(<=|>=|<|>)? *"
CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"


def closed(description: str, keys: Keys, forms: Mapping[str, Form], required: Sequence[str] = ()) -> Schema:
    """A mapping with exactly these keys."""
    return mapping(description, {key: forms[key](help) for key, help in keys.items()}, required)


def several(help: str) -> Schema:
    return one_or_more(help, text(help))


def count(help: str) -> Schema:
    return whole(help, 0, QUANTITY_MAX)


def counts(help: str) -> Schema:
    return named(help, count("Units."))


def money(help: str) -> Schema:
    return amount(help, "usd(6.50)")


def day(help: str) -> Schema:
    return matching(help, DAY, '"2026-12-05"')


def moment(help: str) -> Schema:
    return matching(help, DAY_OR_TIME, '"2026-12-01T09:00"')


def compared(help: str) -> Schema:
    """A count, alone or after a sign."""
    return {"description": help, "anyOf": [count(help), matching(help, f"^{SIGN}[0-9]{{1,9}}$", '"<= 2"')]}


def own_facts(help: str) -> Schema:
    return named(help, {"type": ["string", "number", "boolean"]})


def point(help: str) -> Schema:
    return listed(help, {"type": "number"}, minItems=2, maxItems=2)
