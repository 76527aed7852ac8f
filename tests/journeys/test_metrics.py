"""Every metric over random histories, held against a count of the raw journal by other means."""

from pathlib import Path

import pytest

from router.app.metrics.definitions import METRICS
from router.app.metrics.query import MetricsQuery, query_metrics
from tests.journeys.journey import Journey
from tests.journeys.recount import Recount
from tests.proving import seeds, under_seed
from tests.scenarios.worlds import CoreWorld, in_the_core

STEPS = 150


@pytest.mark.parametrize("seed", seeds(52_000, 4, 80))
def test_the_journal_says_the_same(seed: int, tmp_path: Path) -> None:
    with under_seed("the_journal_says_the_same", seed), in_the_core(tmp_path) as world:
        journey = Journey(world, seed, is_audited=False)
        journey.begin()
        journey.go(STEPS // 2)
        assert isinstance(world, CoreWorld)
        book = world.core.application.queries.metrics
        book.look(world.clock.now())
        journey.go(STEPS)

        found = query_metrics(book, MetricsQuery(), world.clock.now())
        recount = Recount(journey)
        expected = {metric.name: getattr(recount, metric.name)() for metric in METRICS}

    figures = {one.metric.name: (one.numerator, one.denominator) for one in found.figures}
    assert figures == {name: sums for name, sums in expected.items() if sums != (0, 0)}
    assert len(figures) >= 5
