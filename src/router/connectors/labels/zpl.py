"""Labels in ZPL II, the language of label printers: 4 x 6 inches at 203 dots an inch, one label a parcel.

SOURCE: Zebra Technologies, ZPL II Programming Guide: ^BC (Code 128, automatic mode), ^CI28 (UTF-8), ^FH (hexadecimal
indicators in field data).
"""

from router.app.fulfillment.labels import Label

_LINE_DOTS = 40
_SPECIAL = {"^": "_5E", "~": "_7E", "_": "_5F"}


def zpl_label(labels: tuple[Label, ...]) -> bytes:
    """All labels, one after the other."""
    return "".join(map(_one, labels)).encode()


def _one(label: Label) -> str:
    fields = [
        *_lines(40, 30, 26, label.sender_lines),
        "^FO30,190^GB752,3,3^FS",
        *_lines(60, 220, 40, label.recipient_lines),
        "^FO30,560^GB752,3,3^FS",
        _text(60, 590, 34, f"{label.service_level_id}   {label.weight_grams / 1000:.3f} kg"),
        _text(60, 640, 34, f"{label.ship_date}   {label.parcel} of {label.parcel_count}"),
        f"^FO60,720^BY{_module_dots(label.barcode)}^BCN,220,Y,N,N,A^FH^FD{_escaped(label.barcode)}^FS",
        _text(60, 1120, 26, label.shipment_id),
    ]
    return "^XA^CI28^PW812^LL1218\n" + "\n".join(fields) + "\n^XZ\n"


def _lines(x: int, y: int, height: int, lines: tuple[str, ...]) -> list[str]:
    return [_text(x, y + number * (height + 12), height, line) for number, line in enumerate(lines)]


def _text(x: int, y: int, height: int, text: str) -> str:
    return f"^FO{x},{y}^A0N,{height},{height}^FH^FD{_escaped(text)}^FS"


def _escaped(text: str) -> str:
    """What begins a command of the printer is written as its number."""
    return "".join(_SPECIAL.get(character, character) for character in text)


def _module_dots(barcode: str) -> int:
    """The widest bars that fit the label: a character of Code 128 has 11 modules, start, check and stop 35 together."""
    return max(1, min(4, 700 // (11 * len(barcode) + 35)))
