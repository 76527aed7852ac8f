"""What an editor sees of a file: its values, and the faults that its schema finds in them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from router.planning.cases.case_files import NETWORK_SUFFIX, TEST_SUFFIX
from router.planning.cases.case_schema import SCHEMAS
from router.rules.diagnostics import Findings
from router.rules.text.budget import Budget
from router.rules.text.load import load
from router.rules.text.tree import Kind, List, Node, Scalar

RULES = Path(__file__).resolve().parents[2] / "rules"
FILES = sorted(RULES.rglob("*.yaml"))
VALIDATORS = {kind: Draft7Validator(schema()) for kind, schema in SCHEMAS.items()}

FROM_TEXT: Mapping[Kind, Any] = {
    Kind.TEXT: str,
    Kind.INTEGER: int,
    Kind.DECIMAL: float,
    Kind.BOOL: lambda text: text == "true",
    Kind.NOTHING: lambda text: None,
}


def kind_of(name: str) -> str:
    if name.endswith(TEST_SUFFIX):
        return "tests"
    return "network" if name.endswith(NETWORK_SUFFIX) else "rules"


def values_of(content: bytes | str) -> Any:
    """What a YAML reader makes of the file."""
    findings = Findings()
    root = load("a.yaml", content.encode() if isinstance(content, str) else content, Budget(), findings)
    assert root is not None, findings.listed()
    return plain(root)


def plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return FROM_TEXT[node.kind](node.text)
    if isinstance(node, List):
        return [plain(item) for item in node.items]
    return {entry.key.text: plain(entry.value) for entry in node.entries}


def faults(kind: str, values: Any) -> list[str]:
    """Where the schema refuses, and why."""
    return sorted(f"{error.json_path}: {error.message}" for error in VALIDATORS[kind].iter_errors(values))
