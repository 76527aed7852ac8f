"""Tells stories in the terminal while they happen on servers over gRPC: `python -m tests.journeys.tell [NAME...]`."""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.scenarios.play import STORIES, Play, read_scenario
from tests.scenarios.worlds import over_grpc

STORIES_TOLD = ("a_phone_and_accessories", "units_move_first")
"""One order from the web shop to the replacement; units that move by a transfer lane and leave as one parcel."""

SHORT_MAX = 240


class Teller:
    """Says each part once, and each step that went as the story says."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.part = ""

    def say(self, part: str, step: Mapping[str, Any]) -> None:
        if part != self.part:
            self.part = part
            self.console.print(f"\n{part}", style="bold")
        mark = "✓" if part.startswith("then") else "·"
        verb, *others = step
        words = [f"{verb} {in_short(step[verb])}", *(f"{word}: {in_short(step[word])}" for word in others)]
        self.console.print(f"  {mark} {'; '.join(words)}", soft_wrap=True)


def in_short(value: Any) -> str:
    """On one line, and of what is long its beginning."""
    text = in_one_line(value)
    return text if len(text) <= SHORT_MAX else f"{text[:SHORT_MAX]} …"


def in_one_line(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {in_one_line(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(in_one_line, value))
    return str(value)


def main(names: Sequence[str]) -> int:
    """0 when everything was as the stories say, 1 when something was not, 2 when there is no such story."""
    console = Console(highlight=False, markup=False)
    for name in names:
        if code := tell(name, console):
            return code
        console.print()
    return 0


def tell(name: str, console: Console) -> int:
    found = [path for path in STORIES.rglob("*.yaml") if path.stem == name]
    if not found:
        console.print(f"no story `{name}` below {STORIES}")
        return 2
    scenario = read_scenario(found[0])
    console.print(scenario.title, style="bold underline")
    with tempfile.TemporaryDirectory() as folder, over_grpc(Path(folder)) as world:
        play = Play(world, on_step=Teller(console).say)
        try:
            play.play(scenario)
        except AssertionError as error:
            console.print(f"  ✗ {error}; {' '.join(error.__notes__)}", style="bold red")
            return 1
        faults = world.faults()
        entries = len(play.look("entries", "").entries)
    console.print(
        f"\n{play.step_count} calls, {entries} entries in the journal, the audit finds {len(faults)} faults."
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or STORIES_TOLD))
