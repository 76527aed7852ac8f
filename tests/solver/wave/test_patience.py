"""A search with a limit of time, and how it divides it. The clocks here count steps, so every run is the same."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from ortools.math_opt.python import mathopt

from benchmarks.quality.wave_world import EXTREME, a_wave
from router.solver.wave import blocks, generation, rest, tighten
from router.solver.wave.joint import solve_joint
from router.solver.wave.patience import Patience, TimeUsed
from router.solver.wave.problem import Phase
from router.solver.wave.search import ENDS
from tests.solver.wave.test_joint import faults_of


class Clock:
    """Shows the part of `total` that has passed."""

    def __init__(self, total: float) -> None:
        self.now, self.total = 0.0, total

    def __call__(self) -> float:
        return self.now / self.total


def test_no_step_begins_that_would_run_over_if_it_took_as_long_as_the_last() -> None:
    clock = Clock(100)
    patience = Patience(TimeUsed(clock))
    stint = patience.stint(0.5)

    assert [stint.lasts()] == [True]
    clock.now = 20
    assert stint.lasts()
    assert not patience.is_cut
    clock.now = 40
    assert not stint.lasts()
    assert patience.is_cut


def test_a_first_step_that_is_expected_to_run_over_does_not_begin() -> None:
    assert Patience(TimeUsed(Clock(100))).stint(0.5, step=0.4).lasts()
    assert not Patience(TimeUsed(Clock(100))).stint(0.5, step=0.6).lasts()


def test_a_first_step_in_a_hurry_settles_as_much_as_its_expected_length_demands() -> None:
    stint = Patience(TimeUsed(Clock(100))).stint(0.5, step=0.1)

    assert stint.lasts()
    assert stint.at_least(30, 1_000) == 200


def test_time_that_one_part_leaves_is_there_for_those_after_it() -> None:
    clock = Clock(100)
    patience = Patience(TimeUsed(clock))
    used = []
    for share, begun, asked in ((0.25, 0, 20), (0.5, 20, 40), (1.0, 60, 90)):
        clock.now = begun
        patience.begin(share)
        clock.now = asked
        used.append(patience.used())

    assert used == pytest.approx([0.8, 0.5, 0.75])


def test_in_a_hurry_each_step_settles_enough_for_all_to_be_settled_in_time() -> None:
    clock = Clock(100)
    patience = Patience(TimeUsed(clock))
    stint, open_count, length, settled = patience.stint(), 1_000, 10.0, []

    while open_count and stint.lasts():
        clock.now += length * open_count / 1_000
        settled.append(stint.at_least(1 + open_count // 100, open_count))
        open_count -= settled[-1]

    assert open_count < 100
    assert clock.now <= 100
    assert patience.is_cut


def test_without_a_limit_nothing_is_hurried_and_nothing_cut() -> None:
    patience = Patience()
    stint = patience.stint(0.01)

    assert all(stint.lasts() and stint.at_least(3, 1_000) == 3 for _ in range(5))
    assert not patience.is_cut


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Callable[[Clock], Counter[str]]:
    """Lets a clock go on by one with each linear or integer program; answers how many there were in each phase."""

    def watch(clock: Clock) -> Counter[str]:
        begun: Counter[str] = Counter()

        def counting(phase: str, solve: Callable[..., Any]) -> Callable[..., Any]:
            def solve_and_count(*arguments: Any, **options: Any) -> Any:
                clock.now += 1
                begun[phase] += 1
                return solve(*arguments, **options)

            return solve_and_count

        for module, name, phase in (
            (generation, "relax_master", "PRICES"), (tighten, "relax_master", "CUTS"),
            (rest, "relax_master", "DIVE"), (blocks, "choose_columns", "BLOCKS"),
        ):  # fmt: skip
            monkeypatch.setattr(module, name, counting(phase, getattr(module, name)))
        return begun

    return watch


@pytest.mark.parametrize("seed", range(1_100, 1_106))
@pytest.mark.parametrize("limit", [9, 12, 15])
def test_a_limit_leaves_time_for_prices_cuts_and_a_dive(
    programs: Callable[[Clock], Counter[str]], seed: int, limit: int
) -> None:
    clock, problem = Clock(limit), a_wave(60, EXTREME, seed=seed, node_count=6, sku_count=16, nodes_per_sku=3)
    begun, ends = programs(clock), {}

    def note(phase: Phase) -> None:
        ends[phase.name] = clock.now

    found = solve_joint(problem, on_phase=note, time_used=TimeUsed(clock))

    assert faults_of(problem, found) == []
    assert 0 < found.bound_milli <= found.objective_milli
    assert found.is_cut
    assert begun["DIVE"] > 0
    for phase in ("PRICES", "CUTS", "DIVE"):
        assert ends[phase] <= limit * ENDS[phase] + 1
    assert clock.now <= limit + 1


@pytest.mark.parametrize("ended", range(1, 13, 2))
def test_a_linear_program_that_outlasts_the_time_is_the_last_step_of_the_search(
    monkeypatch: pytest.MonkeyPatch, ended: int
) -> None:
    problem = a_wave(60, EXTREME, seed=1_100, node_count=6, sku_count=16, nodes_per_sku=3)
    clock, solve, allowed = Clock(1_000), mathopt.solve, list[float]()

    def solve_until(model: mathopt.Model, *given: Any, params: mathopt.SolveParameters, **more: Any) -> Any:
        """The clock goes on by one with each program; of the one that is never done HiGHS is told that time is over."""
        assert params.time_limit is not None
        allowed.append(params.time_limit.total_seconds())
        clock.now += 1
        if len(allowed) == ended:
            clock.now = 1_000
            params.time_limit = timedelta(0)
        return solve(model, *given, params=params, **more)

    monkeypatch.setattr(mathopt, "solve", solve_until)

    found = solve_joint(problem, time_used=TimeUsed(clock, 500.0))

    assert allowed == [pytest.approx((1_000 - step) * 0.5) for step in range(ended)]
    assert found.is_cut
    assert faults_of(problem, found) == []
    assert 0 < found.bound_milli <= found.objective_milli
