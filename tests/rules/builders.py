"""Builders for tests of rules: a rule file from its blocks, facts from plain lists."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from router.rules.diagnostics import render
from router.rules.ruleset import Compilation, CompiledRules, compile_rules
from router.rules.vocabulary import FACTS, Column, Facts, Type

HEADER = """kind: RuleSet/v1
id: {id}
owner: planning
priority: {priority}
currency: USD
timezone: America/New_York
applies: {applies}
"""


def a_rule_file(body: str = "", *, id: str = "us", priority: int = 10, applies: str = "true") -> bytes:
    return (HEADER.format(id=id, priority=priority, applies=applies) + body).encode()


def compiled(*contents: bytes) -> CompiledRules:
    """The files compiled; fails with the rendered findings if there are errors."""
    files = {f"{letter}.yaml": content for letter, content in zip("abcdef", contents, strict=False)}
    compilation = compile_rules(files)
    assert compilation.rules is not None, render(compilation.diagnostics, files)
    return compilation.rules


def compiling(content: bytes | str) -> Compilation:
    return compile_rules({"a.yaml": content.encode() if isinstance(content, str) else content})


def findings(content: bytes | str) -> list[tuple[str, int, int]]:
    """Code, line and column of every finding in one file."""
    return [(str(one.code), one.line, one.column) for one in compiling(content).diagnostics]


def some_facts(
    *, line_order: Sequence[int] = (0,), orders: int = 1, nodes: int = 1, services: int = 1,
    columns: Mapping[str, Any],
) -> Facts:  # fmt: skip
    """Facts with the given columns, strings still as words."""
    return Facts(
        order_count=orders,
        node_count=nodes,
        service_count=services,
        line_order=np.array(line_order, np.int64),
        columns={name: a_column(name, values) for name, values in columns.items()},
    )


def a_column(name: str, values: Any) -> Column:
    """Words become codes; None is an absent value."""
    cells = np.array(values, object)
    present = np.array([cell is not None for cell in cells.flat], np.bool_).reshape(cells.shape)
    given = [cell for cell in cells.flat if cell is not None]
    of_text = FACTS[name].type is Type.STRING if name in FACTS else isinstance(given[0], str)
    if not of_text:
        numbers = np.array([0 if cell is None else cell for cell in cells.flat]).reshape(cells.shape)
        return Column(numbers, present=None if present.all() else present)
    dictionary = tuple(sorted(set(given), reverse=True))
    codes = np.array([dictionary.index(cell) if cell is not None else 0 for cell in cells.flat], np.int64)
    return Column(codes.reshape(cells.shape), dictionary, None if present.all() else present)
