"""Many small histories: a router that hears late, twice, out of order or never promises nothing that is not there."""

from pathlib import Path

import pytest

from router.stores.sqlite.store import SqliteStore
from tests.feeds.history import History, Outcome
from tests.feeds.policies import ByNothing, BySequence, ByTime, Overwriting
from tests.proving import seeds, under_seed


def history_of(seed: int, policy: BySequence) -> Outcome:
    return History(seed, policy).live()


@pytest.mark.parametrize("seed", seeds(0, 50, 1_000))
def test_with_marks_on_hand_is_the_last_count_and_what_moved_since(seed: int) -> None:
    with under_seed("with_marks_on_hand", seed):
        outcome = history_of(seed, BySequence())

        assert (outcome.wrong, outcome.overstated, outcome.oversold) == ([], 0, 0)


@pytest.mark.parametrize("seed", seeds(10_000, 20, 400))
def test_times_do_what_sequence_numbers_do(seed: int) -> None:
    with under_seed("times_do_what", seed):
        outcome = history_of(seed, ByTime())

        assert (outcome.wrong, outcome.overstated, outcome.oversold) == ([], 0, 0)


@pytest.mark.parametrize("seed", seeds(15_000, 5, 100))
@pytest.mark.parametrize("policy", [BySequence, ByNothing])
def test_what_is_known_of_feeds_is_on_disk(seed: int, policy: type[BySequence], tmp_path: Path) -> None:
    with under_seed("known_of_feeds_is_on_disk", seed):
        outcome = History(seed, policy(), lambda: SqliteStore(tmp_path / "router.sqlite")).live()

        assert (outcome.wrong, outcome.overstated, outcome.oversold) == ([], 0, 0)


@pytest.mark.parametrize("seed", seeds(20_000, 30, 600))
def test_without_marks_units_are_rather_left_than_promised_in_vain(seed: int) -> None:
    with under_seed("without_marks_units", seed):
        outcome = history_of(seed, ByNothing())

        assert (outcome.wrong, outcome.overstated, outcome.oversold) == ([], 0, 0)


def test_overwriting_is_caught_by_the_same_histories() -> None:
    outcomes = [history_of(seed, Overwriting()) for seed in range(20)]

    assert sum(outcome.overstated > 0 for outcome in outcomes) >= 10
    assert sum(outcome.oversold > 0 for outcome in outcomes) >= 3
