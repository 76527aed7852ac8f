"""What remains when shipments have taken theirs."""

from router.routing.remaining import Remaining
from tests.routing.builders import Shelf

SHELF = Shelf({"CLOCK": {"lille": 3, "lyon": 1}}, {"lille": {7: 1}})


def test_takes_units_and_books_a_shipment():
    left = Remaining(SHELF)

    left.take("lille", 7, [("CLOCK", 2)])

    assert left.available("CLOCK") == {"lille": 1, "lyon": 1}
    assert left.shipments_booked("lille") == {7: 2}


def test_the_view_beneath_stays_as_it_is():
    Remaining(SHELF).take("lille", 7, [("CLOCK", 2)])

    assert SHELF.available("CLOCK") == {"lille": 3, "lyon": 1}
    assert SHELF.shipments_booked("lille") == {7: 1}


def test_views_can_be_stacked():
    below = Remaining(SHELF)
    below.take("lille", 7, [("CLOCK", 1)])
    above = Remaining(below)

    above.take("lille", 8, [("CLOCK", 1)])

    assert (above.available("CLOCK")["lille"], below.available("CLOCK")["lille"]) == (1, 2)
    assert above.shipments_booked("lille") == {7: 2, 8: 1}


def test_a_guess_never_leaves_less_than_nothing():
    left = Remaining(SHELF)

    left.take("lyon", 7, [("CLOCK", 5)])

    assert left.available("CLOCK")["lyon"] == 0


def test_a_snapshot_does_not_move():
    left = Remaining(SHELF)
    left.take("lille", 7, [("CLOCK", 1)])
    snapshot = left.snapshot(["CLOCK"])

    left.take("lille", 7, [("CLOCK", 1)])

    assert snapshot.available("CLOCK")["lille"] == 2
    assert snapshot.shipments_booked("lille") == {7: 2}
