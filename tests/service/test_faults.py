"""Checks of single fields and the line that sums them up."""

import pytest

from router.domain.countries import COUNTRIES
from router.domain.reasons import Reason, RouterError, Violation
from router.service.faults import Faults, are_identifiers, is_identifier, sentence_of, shown, summarize


def codes(faults: Faults) -> list[tuple[str, str]]:
    return [(violation.field, violation.code) for violation in faults.violations]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "REQUIRED"),
        ("x" * 129, "TOO_LONG"),
        ("a\nb", "NOT_PRINTABLE"),
        ("a\x00b", "NOT_PRINTABLE"),
        ("a\u202eb", "NOT_PRINTABLE"),
        (" a", "NOT_TRIMMED"),
        ("a ", "NOT_TRIMMED"),
    ],
)
def test_a_bad_id_is_found(value: str, code: str) -> None:
    faults = Faults()
    faults.identifier(value, "orders[0].", "order_id")

    assert codes(faults) == [("orders[0].order_id", code)]


@pytest.mark.parametrize(
    "value", ["", "x" * 129, "a\nb", "a\x00b", "a\u202eb", " a", "a ", "A-1", "x" * 128, "Größe 42", "東京/1"]
)
@pytest.mark.parametrize("others", [[], ["A-1"], ["x" * 128] * 3])
def test_ids_that_surely_are_ids_are_so_one_by_one(value: str, others: list[str]) -> None:
    assert are_identifiers([*others, value]) is (is_identifier(value) and " " not in value)


@pytest.mark.parametrize("value", ["A-1", "x" * 128, "Größe 42", "東京/1", "a b"])
def test_a_good_id_passes(value: str) -> None:
    faults = Faults()

    assert faults.identifier(value, "", "order_id") == value
    assert codes(faults) == []


@pytest.mark.parametrize(
    "value", ["2026-02-29", "2026-1-05", "20260105", "soon", "2026-01-05T00", "1969-12-31", "2200-01-01"]
)
def test_a_bad_date_is_found(value: str) -> None:
    faults = Faults()
    faults.day(value, "", "promise_date")

    assert [field for field, _ in codes(faults)] == ["promise_date"]


def test_a_date_becomes_its_ordinal() -> None:
    assert Faults().day("2026-11-23", "", "promise_date") == 739_943


def test_the_country_table_is_the_iso_table() -> None:
    assert len(COUNTRIES) == 249
    assert {"US", "GB", "NO", "ZW", "AX"} <= COUNTRIES
    assert not {"UK", "EU", "XX", "us", ""} & COUNTRIES


def test_a_repetition_is_named_where_it_stands() -> None:
    faults = Faults()
    faults.unique(["a", "b", "a"], "orders[1].", "lines", "line_id")

    assert faults.violations == [
        Violation(
            "orders[1].lines[2].line_id", "DUPLICATE", 'line_id is "a", already given at orders[1].lines[0]'
        )
    ]


def test_a_sentence_names_path_value_limit_and_code() -> None:
    faults = Faults()
    faults.whole(0, "orders[0].lines[2].", "quantity", 1, 1_000_000)

    assert sentence_of(faults.violations[0]) == (
        "orders[0].lines[2].quantity is 0, must be 1 to 1,000,000 [OUT_OF_RANGE]"
    )


def test_five_faults_are_named_and_the_rest_counted() -> None:
    violations = [Violation(f"lines[{i}].sku", "REQUIRED", "sku is empty") for i in range(8)]

    assert summarize(violations, 8) == (
        "lines[0].sku is empty [REQUIRED]; lines[1].sku is empty [REQUIRED]; lines[2].sku is empty [REQUIRED]; "
        "lines[3].sku is empty [REQUIRED]; lines[4].sku is empty [REQUIRED]; and 3 more"
    )


def test_a_missing_key_alone_has_its_own_reason() -> None:
    faults = Faults()
    faults.add("request_id", "REQUEST_ID_REQUIRED", "request_id is empty")

    with pytest.raises(RouterError) as refused:
        faults.raise_if_any()

    assert refused.value.reason is Reason.REQUEST_ID_REQUIRED


def test_hostile_words_are_escaped_and_cut() -> None:
    assert shown("a\nb\x1b[31m" + "x" * 100) == '"a\\nb\\x1b[31m' + "x" * 32 + '…"'


def test_of_many_choices_the_likest_are_named() -> None:
    faults = Faults()
    choices = ("", *(f"word-{number}" for number in range(60)), "order.routed", "order.canceled")

    faults.choice("order.ruoted", "", "type", choices)
    faults.choice("?", "", "type", choices)

    assert [one.description for one in faults.violations] == [
        'type is "order.ruoted", must be one of 62 words such as order.routed, order.canceled',
        'type is "?", must be one of 62 words such as word-0, word-1, word-2',
    ]
