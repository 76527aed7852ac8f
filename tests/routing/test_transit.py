"""Days from hand-over to delivery, learned from what arrived."""

from random import Random

from router.routing.network.transit import BLEND, TRIPS_MIN, Trip, learn

LANE, SERVICE = ("lyon", "75"), ("ground",)


def trips(days: list[int], *groups: tuple[str, ...], weekday: int = 0) -> list[Trip]:
    return [Trip(groups, weekday, one) for one in days]


def test_from_few_nothing_is_learned() -> None:
    assert learn(trips([3] * (TRIPS_MIN - 1), SERVICE)).estimate((SERVICE,), 0) is None


def test_of_a_service_that_nobody_saw_nothing_is_said() -> None:
    assert learn(trips([3] * 99, SERVICE)).estimate((LANE, ("express",)), 0) is None


def test_a_group_of_many_speaks_for_itself_and_one_of_few_with_the_next() -> None:
    slow = trips([9] * 1_000, LANE, SERVICE)
    fast = trips([2] * 1_000, ("lyon", "69"), SERVICE)
    times = learn(slow + fast + trips([2], ("lyon", "06"), SERVICE))

    many, few = times.estimate((LANE, SERVICE), 0), times.estimate((("lyon", "06"), SERVICE), 0)
    assert many is not None
    assert few is not None
    assert (many.likely, many.trips) == (9, 1_000)
    assert (few.low, few.high, few.trips) == (2, 9, 1)


def test_eight_of_ten_arrive_within_the_bounds() -> None:
    random = Random(11)
    seen = [round(random.gauss(6, 2)) for _ in range(2_000)]
    estimate = learn(trips(seen[:1_000], SERVICE)).estimate((SERVICE,), 0)
    assert estimate is not None
    inside = sum(estimate.low <= one <= estimate.high for one in seen[1_000:])
    assert 760 <= inside <= 960
    assert estimate.low < estimate.likely < estimate.high


def test_what_leaves_on_friday_takes_the_weekend_longer() -> None:
    monday = trips([2] * 500, SERVICE, weekday=0)
    friday = trips([4] * 400, SERVICE, weekday=4)
    times = learn(monday + friday)
    early, late = times.estimate((SERVICE,), 0), times.estimate((SERVICE,), 4)
    assert early is not None
    assert late is not None
    assert late.likely - early.likely == 2


def test_it_does_not_hang_on_the_order_in_which_trips_come() -> None:
    random = Random(5)
    known = [Trip(((str(n % 3),), SERVICE), n % 7, random.randint(1, 9)) for n in range(BLEND * 9)]
    first = learn(known)
    random.shuffle(known)
    second = learn(known)
    for weekday in range(7):
        assert first.estimate((("1",), SERVICE), weekday) == second.estimate((("1",), SERVICE), weekday)
