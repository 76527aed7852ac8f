"""What commands print: one JSON object, or tables that are pleasant to read."""

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from rich.console import Console

SCHEMA_VERSION = 1

# SOURCE: ISO 4217, currencies whose minor unit is not a hundredth.
DECIMALS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}


def print_json(**content: Any) -> None:
    """One object with `schema_version`, on standard output."""
    json.dump({"schema_version": SCHEMA_VERSION, **content}, sys.stdout, indent=2)
    print()


def as_dict(message: "Message") -> dict[str, Any]:
    """A message as the JSON that `router call` and other tools accept and print."""
    from google.protobuf.json_format import MessageToDict

    return MessageToDict(message, always_print_fields_with_no_presence=False)


def console() -> "Console":
    """Where tables go. It heeds NO_COLOR; without a terminal it is plain and as wide as the content needs."""
    from rich.console import Console

    return Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=160)


def money(amount_minor: int, currency: str) -> str:
    """`7.40`, in the currency's own decimals; the currency itself is said once, elsewhere."""
    decimals = DECIMALS.get(currency, 2)
    whole, rest = divmod(abs(amount_minor), 10**decimals)
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")


def signed(amount_minor: int, currency: str) -> str:
    return ("+" if amount_minor >= 0 else "") + money(amount_minor, currency)


def enum_word(message: "Message", field: str) -> str:
    """The short name of an enum field's value: `OPTIMAL` of `SOLUTION_STATUS_OPTIMAL`."""
    values = message.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number
    number = getattr(message, field)
    if number not in values:
        return str(number)
    return values[number].name.removeprefix(values[0].name.removesuffix("UNSPECIFIED"))
