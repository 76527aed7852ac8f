"""The words JSON Schemas are written in: texts, amounts, closed mappings, each with what an editor shows about it."""

from collections.abc import Mapping, Sequence
from typing import Any

from router.rules.vocabulary import Type

Schema = Mapping[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
"""Draft-07, because the YAML language server reads no later one whole."""

DAY_OR_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

_ALSO_PLAIN: Mapping[Type, str] = {Type.BOOL: "boolean", Type.INT: "integer", Type.FLOAT: "number"}
"""Types whose literals YAML reads as something else than text: `keep: 2` is an expression too."""


def text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def matching(description: str, pattern: str, form: str, **more: Any) -> Schema:
    """A text of one form; `form` says in words which."""
    return text(description, pattern=pattern, patternErrorMessage=f"expected {form}", **more)


def words(description: str, choices: Sequence[str]) -> Schema:
    return {"type": "string", "description": description, "enum": [str(choice) for choice in choices]}


def flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def whole(description: str, least: int, most: int) -> Schema:
    return {"type": "integer", "description": description, "minimum": least, "maximum": most}


def number(description: str, least: int, most: int) -> Schema:
    return {"type": "number", "description": description, "minimum": least, "maximum": most}


def expression(description: str, type_: Type, *examples: str | int) -> Schema:
    """An expression of this type; the checker reads what it says."""
    plain = _ALSO_PLAIN.get(type_)
    kinds = "string" if plain is None else ["string", plain]
    return {"type": kinds, "description": description, "examples": list(examples)}


def amount(description: str, example: str) -> Schema:
    """A quantity without facts, written with its unit."""
    return text(description, examples=[example])


def mapping(description: str, properties: Mapping[str, Schema], required: Sequence[str] = ()) -> Schema:
    """A mapping that has these keys and no others."""
    closed: dict[str, Any] = {
        "type": "object", "description": description, "properties": dict(properties), "additionalProperties": False,
    }  # fmt: skip
    return {**closed, "required": list(required)} if required else closed


def named(description: str, items: Schema, **more: Any) -> Schema:
    """A mapping whose keys are names."""
    return {"type": "object", "description": description, "additionalProperties": items, **more}


def listed(description: str, items: Schema, **more: Any) -> Schema:
    return {"type": "array", "description": description, "items": items, **more}


def one_or_more(description: str, item: Schema) -> Schema:
    """One value, or a list of such."""
    return {"description": description, "anyOf": [item, {"type": "array", "items": item}]}


def root(title: str, body: Schema) -> Schema:
    """A whole schema. Editors take `description` by the letter; what holds backticks is said once more as Markdown."""
    return {"$schema": DRAFT, "title": title, **_with_markdown(body)}


def _with_markdown(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_with_markdown(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    inner = {key: _with_markdown(item) for key, item in value.items()}
    description = inner.get("description")
    has_code = isinstance(description, str) and "`" in description
    return {**inner, "markdownDescription": description} if has_code else inner
