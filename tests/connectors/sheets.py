"""What stands where on the sheets of a PDF."""

import re
import zlib
from base64 import a85decode
from dataclasses import dataclass
from itertools import combinations

from reportlab.pdfbase.pdfmetrics import stringWidth  # type: ignore[import-untyped]

WRITES = re.compile(r"/F1 (\d+) Tf|1 0 0 1 ([\d.]+) ([\d.]+) Tm \(((?:\\.|[^\\)])*)\) Tj")
CAPITAL = 0.72


@dataclass(frozen=True)
class Row:
    """Letters in points from the lower left corner; `base` is the line on which they stand."""

    text: str
    left: float
    right: float
    base: float
    top: float


def text_of(pdf: bytes) -> str:
    """What the pages write."""
    return "".join(pages_of(pdf))


def pages_of(pdf: bytes) -> list[str]:
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return [zlib.decompress(a85decode(b"<~" + one.strip(), adobe=True)).decode("latin-1") for one in streams]


def rows_of(pdf: bytes) -> list[list[Row]]:
    """Of each page."""
    return [_rows_of(page) for page in pages_of(pdf)]


def _rows_of(page: str) -> list[Row]:
    size, rows = 0, []
    for larger, x, y, written in WRITES.findall(page):
        if larger:
            size = int(larger)
            continue
        text = re.sub(r"\\(\d{3})", lambda match: bytes([int(match[1], 8)]).decode("cp1252"), written)
        text = re.sub(r"\\(.)", r"\1", text)
        left, base = float(x), float(y)
        right = left + stringWidth(text, "Helvetica", size)
        rows.append(Row(text, left, right, base, base + CAPITAL * size))
    return rows


def on_each_other(rows: list[Row]) -> list[tuple[str, str]]:
    return [
        (one.text, other.text)
        for one, other in combinations(rows, 2)
        if one.left < other.right and other.left < one.right and one.base < other.top and other.base < one.top
    ]
