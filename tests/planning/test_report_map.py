"""The names on the map of a report: none covers another, and one that would stands on the other side of its node."""

from router.domain.identifiers import NodeId
from router.planning.pages.outline import Place, View
from router.planning.pages.report_map import Spot, names

VIEW = View.around([Place(-120, 30), Place(-70, 48)], 980, 560)


def a_spot(name: str, longitude: float, *, before: int = 10, after: int = 10) -> Spot:
    return Spot(node_id=NodeId(name), place=Place(longitude, 34), before=before, after=after)


def lefts(*spots: Spot) -> dict[str, float]:
    drawn = [str(one) for one in names(spots, VIEW, most=10)]
    return {one.split(">")[1].split("<")[0]: float(one.split(' x="')[1].split('"')[0]) for one in drawn}


def test_a_name_stands_right_of_its_node() -> None:
    x, _ = VIEW.put(Place(-100, 34))

    assert lefts(a_spot("DALLAS", -100))["DALLAS"] > x


def test_a_name_that_another_would_cover_stands_left_of_its_node() -> None:
    """Phoenix changes, so it is named first, where Ontario's name would have begun."""
    found = lefts(a_spot("ONTARIO", -113), a_spot("PHOENIX", -111, after=9))

    assert found["PHOENIX -1"] > found["ONTARIO"]
    assert found["ONTARIO"] < VIEW.put(Place(-113, 34))[0]


def test_a_name_without_room_on_either_side_is_left_out() -> None:
    crowd = [a_spot(f"NODE-{number}", -100 + number / 100, after=10 + number) for number in range(9)]

    assert len(lefts(*crowd)) == 2
