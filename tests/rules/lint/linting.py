"""Builders for tests of the linter: findings of small rule files as text."""

from collections.abc import Mapping
from typing import Any

from router.rules.diagnostics import Code, Diagnostic, render
from router.rules.lint.lint import lint
from router.rules.ruleset import CompiledRules, compile_rules
from tests.rules.builders import a_rule_file


def pack_of(*contents: bytes | str) -> CompiledRules:
    """Rule files compiled; a text is the body of one. Fails with the findings of the compiler if it has errors."""
    files = {
        f"{letter}.yaml": a_rule_file(one) if isinstance(one, str) else one
        for letter, one in zip("abcdef", contents, strict=False)
    }
    compilation = compile_rules(files)
    assert compilation.rules is not None, render(compilation.diagnostics, files)
    return compilation.rules


def found(*contents: bytes | str, **known: Any) -> list[str]:
    """`CODE message` of every finding."""
    return [f"{one.code.value} {one.message}" for one in lint(pack_of(*contents), **known)]


def only(code: Code, *contents: bytes | str, **known: Any) -> list[Diagnostic]:
    """The findings of one code."""
    return [one for one in lint(pack_of(*contents), **known) if one.code is code]


def codes(*contents: bytes | str, **known: Mapping[str, Any]) -> list[str]:
    return [one.code.value for one in lint(pack_of(*contents), **known)]  # type: ignore[arg-type]
