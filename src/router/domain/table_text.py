"""Tables as text: how a heading is read that is not parted by commas."""

from collections.abc import Sequence

SEPARATORS = {";": "a semicolon", "\t": "a tab"}


def separator_fault(heading: Sequence[str]) -> str:
    """What is wrong where all names of a heading stand in its first one, as spreadsheets of some countries write them;
    empty where nothing is.
    """
    if len(heading) != 1:
        return ""
    found = [word for mark, word in SEPARATORS.items() if mark in heading[0]]
    return f"its columns are parted by {found[0]}, must be by a comma" if found else ""
