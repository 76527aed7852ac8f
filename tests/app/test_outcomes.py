"""Outcomes that are kept ready, and how many."""

import msgspec
import pytest

from router.app.answers.decided import Refused, RoutedOrders, WaveRouted
from router.app.answers.documents import ProductsPut
from router.app.engine.outcomes import Outcome, RecentOutcomes, pack_result, unpack_result
from router.domain.identifiers import OrderId
from router.domain.reasons import Reason, RouterError, Violation


def an_outcome(weight: int = 1) -> Outcome:
    refused = Refused(order_id="order-1", reason="UNKNOWN_SKU", message="no")
    result = ProductsPut(product_count=1) if weight == 1 else RoutedOrders(results=(refused,) * weight)
    return Outcome(body_digest=b"", result=result)


def kept(recent: RecentOutcomes) -> list[str]:
    return [key for key in "abcde" if recent.find(key) is not None]


def test_the_longest_unused_outcomes_are_forgotten() -> None:
    recent = RecentOutcomes(weight_max=3)
    recent.add("a", an_outcome())
    recent.add("b", an_outcome())
    recent.add("c", an_outcome())
    recent.find("a")
    recent.add("d", an_outcome())

    assert kept(recent) == ["a", "c", "d"]


def test_large_outcomes_displace_many_small_ones_but_the_newest_stays() -> None:
    recent = RecentOutcomes(weight_max=3)
    recent.add("a", an_outcome())
    recent.add("b", an_outcome())
    recent.add("c", an_outcome(weight=50))

    assert kept(recent) == ["c"]


def test_a_refusal_comes_back_whole() -> None:
    refused = RouterError(
        Reason.INVALID_REQUEST, "no", violations=[Violation("lines[0]", "UNKNOWN", "no such")], count=3
    )
    again = unpack_result(pack_result(refused), lambda number: None)  # type: ignore[arg-type,return-value]

    assert isinstance(again, RouterError)
    assert (again.reason, again.message) == (refused.reason, refused.message)
    assert (again.violations, again.facts) == (refused.violations, {"count": "3"})


A_WAVE = WaveRouted(
    results=(Refused(order_id=OrderId("order-1"), reason="UNKNOWN_SKU", message="no"),),
    joint_count=3,
    objective_milli=900,
    bound_milli=800,
    redecided_count=1,
    is_cut=True,
    without_substitutes=(OrderId("order-2"), OrderId("order-3")),
    without_transfers_count=3,
)


def test_what_a_wave_was_answered_comes_back_whole() -> None:
    assert unpack_result(pack_result(A_WAVE), lambda number: None) == A_WAVE  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("known", [3, 5])
def test_the_answer_to_a_wave_of_an_earlier_release_says_nothing_of_what_came_later(known: int) -> None:
    kind, (results, proof) = msgspec.msgpack.decode(pack_result(A_WAVE))
    body = msgspec.msgpack.encode((kind, (results, proof[:known])))

    again = unpack_result(body, lambda number: None)  # type: ignore[arg-type,return-value]

    assert isinstance(again, WaveRouted)
    assert (again.joint_count, again.bound_milli, again.is_cut) == (3, 800, known == 5)
    assert (again.without_substitutes, again.without_transfers_count) == ((), 0)
