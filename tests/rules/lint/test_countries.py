"""L212: words that no country is called."""

import pytest

from router.rules.diagnostics import Code
from tests.rules.lint.linting import found, only


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        ('dest.country == "USA"', "USA"),
        ('"us" == dest.country', "us"),
        ('dest.country in ["FR", "UK"]', "UK"),
        ('!(order.tier == "GOLD" && dest.country != "U.S.")', "U.S."),
    ],
)
def test_a_word_that_no_country_is_called_is_found_where_it_stands(condition: str, word: str) -> None:
    (finding,) = only(Code.UNKNOWN_COUNTRY, f"holds:\n  - {{id: far, when: '{condition}'}}\n")

    assert finding.message == f"`dest.country` is never `{word}`: no country is called that"
    assert finding.help == "the United Kingdom is `GB`, Greece `GR`"


def test_the_country_of_nodes_and_words_of_lists_are_looked_at_too() -> None:
    body = "lists:\n  here: [UK, FR, UK-NIR]\nfilters:\n  - {id: ours, keep: node.country in lists.here}\n"

    assert found(body) == [
        "L212 `node.country` is never `UK-NIR`: no country is called that",
        "L212 `node.country` is never `UK`: no country is called that",
    ]


@pytest.mark.parametrize(
    "condition", ['dest.country == "GB"', 'dest.country == "US"', 'dest.region == "USA"']
)
def test_countries_and_other_words_are_not_accused(condition: str) -> None:
    assert only(Code.UNKNOWN_COUNTRY, f"holds:\n  - {{id: far, when: '{condition}'}}\n") == []
