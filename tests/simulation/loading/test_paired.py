"""Paired runs: what is compared, how sure it is, and when a condition is broken."""

from typing import Any

import pytest

from router.simulation.loading.paired import (
    NotComparable,
    compare_runs,
    ratio_of,
    read_limit,
    sureness_of,
)


def figure(value: float, name: str = "speed") -> dict[str, Any]:
    return {"figure": name, "value": value}


def test_pairs_run_by_run_so_that_a_slow_machine_cancels_out() -> None:
    before = [figure(10), figure(20), figure(40)]
    after = [figure(11), figure(22), figure(44)]

    (ratio,) = compare_runs(before, after)

    assert ratio.median == pytest.approx(1.1)
    assert (ratio.low, ratio.high) == (pytest.approx(1.1), pytest.approx(1.1))


def test_few_pairs_are_never_quite_sure() -> None:
    assert ratio_of("speed", [1.0, 1.1, 1.2]).sureness == pytest.approx(0.75)
    assert ratio_of("speed", [1.0] * 6).sureness > 0.95


def test_many_pairs_may_leave_out_the_strangest() -> None:
    ratio = ratio_of("speed", [9.0, 0.1, *[1.0] * 12])

    assert (ratio.low, ratio.high) == (1.0, 1.0)
    assert ratio.sureness >= 0.95


def test_the_sureness_is_that_of_tossed_coins() -> None:
    assert sureness_of(1, 0) == 0
    assert sureness_of(5, 0) == pytest.approx(1 - 2 / 32)
    assert sureness_of(10, 1) == pytest.approx(1 - 2 * 11 / 1024)


def test_noise_on_both_sides_of_a_limit_does_not_break_it() -> None:
    limit = read_limit("speed > 1.1")

    assert not limit.is_broken_by(ratio_of("speed", [1.0, 1.2, 1.3, 1.3, 1.4, 1.5]))
    assert limit.is_broken_by(ratio_of("speed", [1.11, 1.2, 1.3, 1.3, 1.4, 1.5]))
    assert read_limit("speed<0.9").is_broken_by(ratio_of("speed", [0.5, 0.6]))


def test_reads_loads_and_results_of_pytest_benchmark() -> None:
    load = {"kind": "load", "accepted_per_second": 50, "wait_ms": {"p99": 4.0}}
    slower = {"kind": "load", "accepted_per_second": 25, "wait_ms": {"p99": 8.0}}
    names = {one.name: one.median for one in compare_runs([load], [slower])}
    assert names == {"accepted_per_second": 0.5, "wait_ms.p99": 2.0}

    layers = {"benchmarks": [{"name": "parse", "stats": {"median": 0.5}}]}
    (ratio,) = compare_runs([layers], [layers])
    assert (ratio.name, ratio.median) == ("parse", 1.0)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ([figure(1)], [figure(1), figure(2)], "1 runs in the first file and 2"),
        ([figure(1)], [figure(1, "other")], "no figure in common"),
        ([{"value": 1}], [figure(1)], "neither a figure"),
    ],
)
def test_refuses_what_cannot_be_paired(before: list[Any], after: list[Any], words: str) -> None:
    with pytest.raises(NotComparable, match=words):
        compare_runs(before, after)


@pytest.mark.parametrize("words", ["speed", "speed >", "> 1.1", "speed >= 1.1", "speed > fast"])
def test_refuses_a_condition_that_is_none(words: str) -> None:
    with pytest.raises(NotComparable, match="is no condition"):
        read_limit(words)


def test_counted_instructions_are_compared_by_layer() -> None:
    before, after = ({"kind": "instructions", "instructions": {"book": count}} for count in (200, 206))

    (ratio,) = compare_runs([before], [after])

    assert (ratio.name, ratio.median) == ("instructions.book", 1.03)
    assert read_limit("instructions.book > 1.02").is_broken_by(ratio)
    assert not read_limit("instructions.book > 1.04").is_broken_by(ratio)
