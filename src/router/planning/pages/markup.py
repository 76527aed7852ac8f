"""HTML and SVG out of values: text is escaped unless it is markup already."""

from collections.abc import Iterable
from html import escape

VOID = frozenset(("meta", "link", "br", "input", "line", "rect", "circle", "path", "use"))
"""Elements that are written without an end."""


class Markup(str):
    """Text that is markup; everything else is escaped when it becomes part of some."""

    __slots__ = ()


Child = str | int | None | Iterable["Child"]


def tag(name: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Markup:
    """An element. `class_` is `class`, `data_x` is `data-x`; an attribute that is None or False is left out."""
    written = "".join(
        f" {attribute_name(key)}" if value is True else f' {attribute_name(key)}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    inside = join(children)
    if not inside and name in VOID:
        return Markup(
            f"<{name}{written}/>" if name not in ("meta", "link", "br", "input") else f"<{name}{written}>"
        )
    return Markup(f"<{name}{written}>{inside}</{name}>")


def attribute_name(key: str) -> str:
    return key if key in ("viewBox", "preserveAspectRatio") else key.rstrip("_").replace("_", "-")


def join(children: Iterable[Child]) -> Markup:
    """Children one after another."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            parts.append(child)
        elif isinstance(child, str | int):
            parts.append(escape(str(child), quote=False))
        else:
            parts.append(join(child))
    return Markup("".join(parts))
