"""The floor of the ledger writes the rows that the ledger writes."""

from benchmarks.figures.ledger_vs_raw_insert import measure_pair


def test_what_was_booked_is_inserted_again() -> None:
    booked, inserted = measure_pair(0, order_count=200)

    assert booked > 0
    assert inserted > 0
