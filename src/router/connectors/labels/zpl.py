"""Labels in ZPL II, the language of label printers: 4 x 6 inches at 203 dots an inch, one label a parcel.

SOURCE: Zebra Technologies, ZPL II Programming Guide: ^BC (Code 128, automatic mode), ^CI28 (UTF-8), ^FH (hexadecimal
indicators in field data).
"""

import unicodedata

from router.app.fulfillment.labels import Label
from router.connectors.labels.fitting import Frame, fitted

LEADING = 1.3
LETTER_WIDTH = 0.6
"""LIMIT: how wide a letter is, by its height. Printers do not tell; theirs are narrower, but for rows of capital W."""

SENDER = Frame(x=40, y=30, width=732, height=150, size=26)
RECIPIENT = Frame(x=60, y=220, width=692, height=330, size=40)
SERVICE = Frame(x=60, y=590, width=692, height=120, size=34)
SHIPMENT = Frame(x=60, y=1120, width=692, height=90, size=26)

_SPECIAL = {"^": "_5E", "~": "_7E", "_": "_5F"}


def zpl_label(labels: tuple[Label, ...]) -> bytes:
    """All labels, one after the other."""
    return "".join(map(_one, labels)).encode()


def _one(label: Label) -> str:
    service_lines = (
        f"{label.service_level_id}   {label.weight_grams / 1000:.3f} kg",
        f"{label.ship_date}   {label.parcel} of {label.parcel_count}",
    )
    fields = [
        *_lines(SENDER, label.sender_lines),
        "^FO30,190^GB752,3,3^FS",
        *_lines(RECIPIENT, label.recipient_lines),
        "^FO30,560^GB752,3,3^FS",
        *_lines(SERVICE, service_lines),
        f"^FO60,720^BY{_module_dots(label.barcode)}^BCN,220,Y,N,N,A^FH^FD{_escaped(label.barcode)}^FS",
        *_lines(SHIPMENT, (label.shipment_id,)),
    ]
    return "^XA^CI28^PW812^LL1218\n" + "\n".join(fields) + "\n^XZ\n"


def _lines(frame: Frame, lines: tuple[str, ...]) -> list[str]:
    size, rows = fitted(lines, frame, _width, LEADING)
    return [
        f"^FO{frame.x},{frame.y + round(number * size * LEADING)}^A0N,{size},{size}^FH^FD{_escaped(row)}^FS"
        for number, row in enumerate(rows)
    ]


def _width(text: str, size: int) -> float:
    """In dots; letters of Chinese, Japanese and Korean are as wide as two."""
    letters = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return letters * size * LETTER_WIDTH


def _escaped(text: str) -> str:
    """What begins a command of the printer is written as its number."""
    return "".join(_SPECIAL.get(character, character) for character in text)


def _module_dots(barcode: str) -> int:
    """The widest bars that fit the label: a character of Code 128 has 11 modules, start, check and stop 35 together."""
    return max(1, min(4, 700 // (11 * len(barcode) + 35)))
