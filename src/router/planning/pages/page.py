"""One offline page: everything it needs inside it, and a policy that forbids it to load anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from router.planning.pages.markup import Markup, join, tag
from router.planning.pages.outline import Stroke

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """What every page shares: how it looks, what it does, and the map it draws on."""

    style: str
    script: str
    outline: tuple[Stroke, ...]


def page(
    title: str, contents: Sequence[tuple[str, str]], body: Sequence[Markup | None], parts: PageParts
) -> str:
    """The whole document. `contents` are the sections by id and name."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Markup(parts.style)),
    )
    links = [tag("a", name, href=f"#{section}") for section, name in contents]
    return "<!doctype html>\n" + tag(
        "html",
        head,
        tag(
            "body",
            tag("a", "skip to the content", href="#content", class_="skip"),
            tag("nav", join(links), aria_label="sections"),
            tag("main", join(body), id="content"),
            tag("script", Markup(parts.script)),
        ),
        lang="en",
    )


def section(id: str, name: str, *children: Markup | str | None, lead: str = "") -> Markup:
    """A part of the page with a heading, and a sentence on what it shows."""
    return tag(
        "section",
        tag("h2", name),
        tag("p", lead, class_="lead") if lead else None,
        *children,
        id=id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; numbers stand right and sort as numbers."""

    name: str
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What stands in a cell, and by what it sorts where that is another than its text."""

    content: Markup | str
    order: int | float | None = None


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Entry | str]],
    *,
    id: str | None = None,
    row_attributes: Sequence[dict[str, str]] = (),
) -> Markup:
    """A table that sorts by each of its columns; readers of the screen are told how."""
    heads = [
        tag(
            "th",
            tag("button", column.name, type="button"),
            scope="col",
            class_="number" if column.is_number else None,
            aria_sort="none",
        )
        for column in columns
    ]
    body = [
        tag(
            "tr",
            join(cell(entry, column) for entry, column in zip(row, columns, strict=True)),
            **(row_attributes[number] if row_attributes else {}),
        )
        for number, row in enumerate(rows)
    ]
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption),
            tag("thead", tag("tr", join(heads))),
            tag("tbody", join(body)),
            class_="sortable",
            id=id,
        ),
        class_="wide",
        tabindex=0,
        role="region",
        aria_label=caption,
    )


def cell(entry: Entry | str, column: Column) -> Markup:
    known = entry if isinstance(entry, Entry) else Entry(content=entry)
    return tag("td", known.content, class_="number" if column.is_number else None, data_v=known.order)
