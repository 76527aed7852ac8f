"""No word of a table is cut, however narrow the terminal is."""

from io import StringIO

from router.cli.output import plain_table
from router.cli.whole_words import WholeWords

SENTENCE = "a store parcel beyond zone 5 costs more than it earns, so nobody sends one from there"


def printed(width: int, *rows: tuple[str, ...], headings: tuple[str, ...]) -> list[str]:
    file = StringIO()
    table = plain_table(*headings)
    for row in rows:
        table.add_row(*row)
    WholeWords(file=file, width=width, markup=False, highlight=False).print(table)
    return file.getvalue().splitlines()


def test_ids_and_days_stand_whole_in_one_row_where_the_terminal_is_too_narrow() -> None:
    row = ("A-000003/1", "PLANNED", "ST-SANFRANCISCO", "USPS/GROUND_ADVANTAGE", "2026-03-02", "2026-03-04")

    _, written = printed(60, row, headings=("shipment", "state", "from", "by", "ships", "arrives"))

    assert written.split() == list(row)


def test_an_id_longer_than_any_page_is_not_cut() -> None:
    ids = ("O" * 128, "S" * 64)

    assert printed(160, ids, headings=("order", "SKU"))[1].split() == list(ids)


def test_sentences_are_wrapped_between_words_and_ids_beside_them_are_not() -> None:
    lines = printed(60, ("ST-SANFRANCISCO", SENTENCE, "7"), headings=("node", "why not", ">rank"))

    assert max(map(len, lines)) <= 60
    assert len(lines) > 2
    assert " ".join(" ".join(lines[1:]).split()) == (
        "ST-SANFRANCISCO a store parcel beyond zone 5 costs 7 "
        "more than it earns, so nobody sends one from there"
    )


def test_a_table_that_fits_is_as_wide_as_it_was() -> None:
    assert printed(60, ("A-1", "LYON"), headings=("order", "node")) == ["order  node", "A-1    LYON"]


def test_what_is_printed_afterwards_has_the_width_of_the_terminal() -> None:
    file = StringIO()
    screen = WholeWords(file=file, width=40, markup=False, highlight=False)
    table = plain_table("order")
    table.add_row("O" * 60)
    screen.print(table)
    screen.print(SENTENCE)

    assert max(map(len, file.getvalue().splitlines()[2:])) <= 40
