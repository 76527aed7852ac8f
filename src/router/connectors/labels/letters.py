"""The letters of PDF sheets: those of Western Europe, which every reader has a font for."""

import unicodedata

from router.domain.reasons import Reason, RouterError

PLAIN = str.maketrans("ŁłĐđĦħŦŧı", "LlDdHhTti")
"""Letters whose mark Unicode does not take for one of its own."""


def printable(line: str) -> str:
    """The line as its font can write it: of a letter that it lacks, the letter without its mark (`Łódź` as `Lódz`).

    Signs that nobody sees are left out. Refuses with INVALID_REQUEST letters of which nothing is left.
    """
    return "".join(_printable(letter, line) for letter in unicodedata.normalize("NFC", line))


def _printable(letter: str, line: str) -> str:
    if _is_in_font(letter):
        return letter
    if unicodedata.category(letter) == "Cf":
        return ""
    plain = unicodedata.normalize("NFKD", letter.translate(PLAIN))
    plain = "".join(part for part in plain if not unicodedata.combining(part))
    if not _is_in_font(plain):
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"`{letter}` of `{line}` is in no font of PDF sheets; labels can be asked for as ZPL, whose printers have"
            " fonts of their own",
        )
    return plain


def _is_in_font(text: str) -> bool:
    return text.encode("cp1252", "ignore").decode("cp1252") == text
