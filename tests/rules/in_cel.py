"""The shared subset in Google's Common Expression Language: expressions with units as integers, cells as maps."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from cel_expr_python import cel

from router.rules.expressions.calendar import in_zone
from router.rules.expressions.scalar import Cell, value_at
from router.rules.vocabulary import Facts, Scope, Type
from tests.rules.expressions import FACTS_OF_CELLS, LISTS, ZONE

NAMES = ("order", "dest", "line", "node", "service", "pair", "lane", "stock", "time", "lists")
ENVIRONMENT = cel.NewEnv(
    variables={name: cel.Type.Map(cel.Type.STRING, cel.Type.DYN) for name in NAMES}
    | {"lines": cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN))}
)
MILLI_PER_USD = 100_000


def in_cel(text: str) -> str:
    """The expression as CEL has it."""
    text = re.sub(r"usd\((-?[0-9.]+)\)", lambda match: f"({int(Decimal(match[1]) * MILLI_PER_USD)})", text)
    text = re.sub(r"\b(?:g|mm3|mm|km|days|minutes)\((-?[0-9]+)\)", r"(\1)", text)
    text = re.sub(r"\bkg\(([0-9]+)\)", r"(\g<1>000)", text)
    text = re.sub(r'clock\("(..):(..)"\)', lambda match: f"({60 * int(match[1]) + int(match[2])})", text)
    text = re.sub(r"\bfloat\(", "double(", text)
    text = re.sub(r'default\(([a-z_.]+), ("[^"]*"|[^()",]+|\([^()]*\))\)', r"(has(\1) ? \1 : \2)", text)
    return _counts_as_filters(text)


def _counts_as_filters(text: str) -> str:
    """`lines.count(line, x)` as `lines.filter(line, x).size()`."""
    start = text.find("lines.count(")
    if start < 0:
        return text
    depth, end = 1, start + len("lines.count(")
    while depth:
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    filtered = "lines.filter(" + text[start + len("lines.count(") : end] + ".size()"
    return _counts_as_filters(text[:start] + filtered + text[end:])


def compiled_in_cel(text: str) -> Any:
    return ENVIRONMENT.compile(in_cel(text))


def cell_in_cel(facts: Facts, cell: Cell) -> dict[str, Any]:
    """The cell's facts as nested maps; what is absent has no key."""
    owner = facts.line_order[cell.line]
    lines = [line for line in range(facts.line_count) if facts.line_order[line] == owner]
    maps: dict[str, Any] = {name: {} for name in NAMES}
    maps["lists"] = {name: sorted(map(str, words)) for name, words in LISTS.items()}
    maps["lines"] = [{} for _ in lines]
    for target, line in [
        (maps, cell.line),
        *(({"line": one}, line) for one, line in zip(maps["lines"], lines)),
    ]:
        for fact in FACTS_OF_CELLS:
            first, *rest = fact.name.split(".")
            if first not in target:
                continue
            place = target[first]
            if len(rest) == 2:
                place = place.setdefault(rest[0], {})
            read = in_zone(fact, ZONE) if fact.scope is Scope.TIME else fact
            value = value_at(read, facts, replace(cell, line=line))
            if value is not None:
                place[rest[-1]] = float(value) if fact.type is Type.FLOAT else value
    return maps
