"""What commands print: one JSON object, or tables that are pleasant to read."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from router.domain.currency import amount_text

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

SCHEMA_VERSION = 1


def print_json(**content: Any) -> None:
    """One object with `schema_version`, on standard output."""
    json.dump({"schema_version": SCHEMA_VERSION, **content}, sys.stdout, indent=2)
    print()


def as_dict(message: "Message") -> dict[str, Any]:
    """A message as the JSON that `router call` and other tools accept and print."""
    from google.protobuf.json_format import MessageToDict

    return MessageToDict(message, always_print_fields_with_no_presence=False)


def console() -> "Console":
    """Where tables go. It heeds NO_COLOR, and is plain and wide where nobody looks; ids are never read as markup."""
    from router.cli.whole_words import WholeWords

    width = None if sys.stdout.isatty() else 160
    return WholeWords(highlight=False, markup=False, emoji=False, width=width)


def plain_table(*columns: str) -> "Table":
    """A table without lines. A heading that begins with `>` (not shown) is of figures, which stand at the right."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.removeprefix(">"), justify="right" if column.startswith(">") else "left")
    return table


def say_more(page_token: str) -> None:
    """How to read the next page, on standard error; nothing where there is none."""
    if page_token:
        click.echo(f"more: --page-token {page_token}", err=True)


def head(name: str, rest: str) -> "Text":
    """A first line: the name stands out."""
    from rich.text import Text

    return Text.assemble((name, "bold"), "  ", rest)


def signed(amount_minor: int, currency: str) -> str:
    return ("+" if amount_minor >= 0 else "") + amount_text(amount_minor, currency)


def enum_word(message: "Message", field: str) -> str:
    """The short name of an enum field's value: `OPTIMAL` of `SOLUTION_STATUS_OPTIMAL`."""
    enum_type = message.DESCRIPTOR.fields_by_name[field].enum_type
    assert enum_type is not None, "only fields of enum types have words"
    values = enum_type.values_by_number
    number = getattr(message, field)
    if number not in values:
        return str(number)
    return values[number].name.removeprefix(values[0].name.removesuffix("UNSPECIFIED"))


def count_of(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
