"""The histogram of waits: exact where it can be, off by little above, and two of them add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.simulation.loading.histogram import Histogram, bucket_of, most_of


@given(st.integers(0, 10**10))
def test_a_bucket_holds_what_is_counted_there_and_little_more(micros: int) -> None:
    most = most_of(bucket_of(micros))

    assert micros <= most <= micros + micros // 128 + 1
    assert bucket_of(most) == bucket_of(micros)
    assert bucket_of(most + 1) == bucket_of(micros) + 1


@given(st.lists(st.integers(0, 10**7), min_size=1), st.sampled_from([1, 50, 90, 99, 99.9, 100]))
def test_a_percentile_is_that_of_the_sorted_values(waits: list[int], percent: float) -> None:
    histogram = Histogram()
    for wait in waits:
        histogram.add(wait)

    rank = max(1, -int(-len(waits) * percent // 100))
    exact = sorted(waits)[rank - 1]
    assert exact <= histogram.percentile(percent) <= exact + exact // 128 + 1
    assert histogram.percentile(percent) <= max(waits)


def test_two_add_up() -> None:
    one, other, both = Histogram(), Histogram(), Histogram()
    for wait in (5, 900, 70_000):
        one.add(wait)
        both.add(wait)
    for wait in (5, 2_000_000):
        other.add(wait)
        both.add(wait)

    one.merge(other)

    assert list(one.buckets()) == list(both.buckets())
    assert (one.count, one.micros_max) == (5, 2_000_000)


@pytest.mark.parametrize("percent", [0, 50, 100])
def test_nothing_counted_is_no_wait(percent: float) -> None:
    assert Histogram().percentile(percent) == 0
