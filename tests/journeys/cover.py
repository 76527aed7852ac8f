"""How much of the table of lives is met: by the stories, and by journeys until everything is."""

from dataclasses import dataclass
from pathlib import Path

from tests.journeys.journey import Journey, Tally
from tests.journeys.lives import watched_lives, worded
from tests.journeys.tables import LIVES
from tests.scenarios.play import Play, list_scenarios, read_scenario
from tests.scenarios.worlds import WORLDS, in_the_core

STEPS = 200
FIRST_SEED = 90_000


@dataclass(frozen=True)
class Covered:
    """Rows that were met, pairs without a row that were refused, and how many journeys it took."""

    met: frozenset[str]
    refused: frozenset[str]
    journeys: int


def cover(folder: Path, journeys_max: int) -> Covered:
    tally, wanted, count = Tally(), impossible_pairs(), 0
    with watched_lives() as met:
        for path in list_scenarios():
            with in_the_core(folder) as world:
                Play(world).play(read_scenario(path))
        while count < journeys_max and (possible_pairs() - met - tally.met or wanted - tally.forbidden):
            take_journey("core", folder, FIRST_SEED + count, tally, is_audited=False, wanted=wanted)
            count += 1
    return Covered(frozenset(met | tally.met), frozenset(tally.forbidden), count)


def take_journey(
    world_name: str,
    folder: Path,
    seed: int,
    tally: Tally,
    *,
    is_audited: bool = True,
    wanted: set[str] | None = None,
) -> None:
    """One journey; whatever fails says its steps. `wanted` is what is tried in the end."""
    with WORLDS[world_name](folder) as world:
        one = Journey(world, seed, tally, is_audited=is_audited)
        one.begin()
        try:
            one.go(STEPS)
            one.sweep(wanted or set())
        except BaseException as error:
            error.add_note(f"seed {seed}, after {len(one.told)} steps; the last were {one.told[-3:]}")
            raise
        assert world.faults() == []
        assert world.differences() == []


def possible_pairs() -> set[str]:
    """Every row but the first of each life: to be routed or planned nobody has to be in a state."""
    return {worded(pair) for life in LIVES for pair in life.rows if pair[0] is not None}


def impossible_pairs() -> set[str]:
    """States and events without a row, of the events that somebody can ask for in any state."""
    return {worded(pair) for life in LIVES for pair in life.impossible}
