"""Dates of rules as a reader takes them, who does not know that `to` is the first day after."""

from zoneinfo import ZoneInfo

import pytest

from router.rules.blocks.dates import EVER, Window, instant_of

ZONE = ZoneInfo("America/New_York")


def at(text: str, never: int) -> int:
    found = instant_of(text, ZONE) if text else never
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("", "", ""),
        ("2026-11-23", "", "from 2026-11-23"),
        ("", "2026-11-23", "to the end of 2026-11-22"),
        ("", "2026-11-23T18:00", "until 2026-11-23T18:00"),
        ("2026-11-23", "2026-12-26", "from 2026-11-23 to the end of 2026-12-25"),
        ("2026-11-27", "2026-11-28", "on 2026-11-27"),
        ("2026-11-27T09:00", "2026-11-28", "from 2026-11-27T09:00 to the end of 2026-11-27"),
        ("2026-11-27", "2026-11-27T18:00", "from 2026-11-27 until 2026-11-27T18:00"),
        ("2026-11-01", "2026-11-02", "on 2026-11-01"),
    ],
)
def test_the_last_day_is_named_and_not_the_first_one_after(start: str, end: str, words: str) -> None:
    assert Window(at(start, -EVER), at(end, EVER)).words(ZONE) == words
