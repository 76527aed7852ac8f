"""L304: single words of lists that no recorded order matched."""

from collections.abc import Mapping

import pytest

from router.domain.identifiers import Instant
from router.rules.diagnostics import Code, Severity
from router.rules.lint.history import ORDERS_MIN
from router.rules.lint.pack import History
from router.rules.lint.unmet_words import COMMON, words_asked
from tests.rules.builders import a_rule_file
from tests.rules.lint.linting import found, only, pack_of

FISH = {("line.category", "FISH"): 212, ("line.category", "ICE"): 40}
MISSED = "L304 `MAET` in the list `fresh` matched none of 1000 orders in 30 days; `line.category` was `FISH` in 212"


def a_list(*words: str, when: str = "line.category in lists.fresh", header: str = "") -> str:
    rule = f"costs:\n  - {{id: ice, when: '{when}', per: line, amount: usd(1)}}\n"
    return f"{header}lists:\n  fresh: [{', '.join(words)}]\n{rule}"


def met(words: Mapping[tuple[str, str], int], orders: int = 1_000, fired: int = 1) -> History:
    return History(days=30, orders=orders, fired={"us/ice": fired}, words=words)


def test_a_word_that_no_order_matched_while_others_did_is_found_at_its_place() -> None:
    body = a_list("FISH", "ICE", '"MAET"')
    finding, *others = only(Code.ODD, body, history=met(FISH))

    assert found(body, history=met(FISH)) == [MISSED]
    assert (finding.severity, others) == (Severity.INFO, [])
    line = a_rule_file(body).decode().split("\n")[finding.line - 1]
    assert line[finding.column - 1 :].startswith('"MAET"')
    assert finding.length == len('"MAET"')


def test_it_is_found_inside_aggregates_negations_and_with_a_default_too() -> None:
    inside = "lines.exists(line, line.category in lists.fresh)"
    own = 'default(order.attr.store, "WEB") in lists.fresh'
    declared = "attributes: {order.attr.store: string}\n"
    words = {("order.attr.store", "FISH"): 900}

    assert found(a_list("FISH", "MAET", when=inside), history=met(FISH)) == [MISSED]
    assert found(a_list("FISH", "MAET", when="!(line.category in lists.fresh)"), history=met(FISH)) == [
        MISSED
    ]
    assert found(a_list("FISH", "WEB", when=own, header=declared), history=met(words)) == []
    assert found(a_list("FISH", "MAET", when=own, header=declared), history=met(words)) == [
        "L304 `MAET` in the list `fresh` matched none of 1000 orders in 30 days; `order.attr.store` was `FISH` in 900"
    ]


def test_a_word_that_stands_twice_and_matches_nothing_is_found_once_as_such() -> None:
    assert found(a_list("MAET", "FISH", "ICE", "MAET"), history=met(FISH)) == [
        MISSED,
        "L304 `MAET` stands twice in `fresh`",
    ]


@pytest.mark.parametrize("elsewhere", ["# MAET comes in January\n", "  winter: [MAET, SKI]\n"])
def test_a_word_that_the_file_names_elsewhere_too_is_meant(elsewhere: str) -> None:
    body = a_list("FISH", "MAET").replace("costs:", elsewhere + "costs:")

    assert [one for one in found(body, history=met(FISH)) if "MAET" in one] == []


def test_a_longer_word_elsewhere_is_another_word() -> None:
    body = a_list("FISH", "MAET").replace("costs:", "# MAET-PIE and MAETS\ncosts:")

    assert found(body, history=met(FISH)) == [MISSED]


def test_without_a_history_or_with_few_orders_nothing_is_said() -> None:
    body = a_list("FISH", "MAET")

    assert found(body) == []
    assert found(body, history=met({("line.category", "FISH"): 99}, orders=ORDERS_MIN - 1)) == []
    assert found(body, history=met({("line.category", "FISH"): 99}, orders=ORDERS_MIN)) != []


def test_where_the_others_are_seldom_too_a_missing_one_says_nothing() -> None:
    def seen(each: int) -> History:
        return met({("line.category", "FISH"): each, ("line.category", "ICE"): COMMON})

    assert found(a_list("FISH", "ICE", "MAET"), history=seen(COMMON - 1)) == []
    assert len(found(a_list("FISH", "ICE", "MAET"), history=seen(COMMON))) == 1


def test_a_list_of_which_most_words_match_nothing_is_not_accused_word_by_word() -> None:
    assert found(a_list("FISH", "ICE", "C-1", "C-2", "C-3"), history=met(FISH)) == []
    assert len(found(a_list("FISH", "ICE", "C-1", "C-2"), history=met(FISH))) == 2
    assert found(a_list("C-1", "C-2"), history=met(FISH)) == []


@pytest.mark.parametrize(
    "when",
    [
        "node.region in lists.fresh",
        "node.region in lists.fresh && line.category in lists.fresh",
        'line.category == "FISH" && size(lists.fresh) > 1',
    ],
)
def test_a_list_that_nodes_or_nothing_are_compared_with_is_not_asked_about(when: str) -> None:
    assert not [one for one in found(a_list("FISH", "MAET", when=when), history=met(FISH)) if "MAET" in one]


def test_a_list_compared_with_two_facts_is_asked_for_both() -> None:
    both = a_list("FISH", "MAET", when="line.category in lists.fresh || line.sku in lists.fresh")

    assert found(both, history=met(FISH)) == [MISSED]
    assert found(both, history=met({**FISH, ("line.sku", "MAET"): 1})) == []


def test_words_of_a_closed_set_are_not_misspelled_and_not_accused() -> None:
    body = a_list("CHILLED", "FROZEN", when="line.temperature in lists.fresh")

    assert found(body, history=met({("line.temperature", "CHILLED"): 500})) == []


def test_a_list_of_a_rule_that_was_not_in_force_all_the_while_is_not_accused() -> None:
    late = a_list("FISH", "MAET").replace("usd(1)}", "usd(1), effective: {from: '2026-11-05'}}")
    november_10, december_20 = Instant(1_794_268_800_000_000), Instant(1_797_724_800_000_000)

    assert found(late, history=met(FISH), at=november_10) == []
    assert found(late, history=met(FISH), at=december_20) == [MISSED]


def test_equal_lists_of_two_files_are_each_judged_by_their_own_facts() -> None:
    one = a_rule_file(a_list("FISH", "MAET"))
    other = a_rule_file(a_list("FISH", "MAET", when="line.sku in lists.fresh"), id="eu", priority=9)
    history = met({**FISH, ("line.sku", "MAET"): 1, ("line.sku", "FISH"): 300})
    findings = only(Code.ODD, one, other, history=history)

    assert [(finding.file, "MAET" in finding.message) for finding in findings] == [("a.yaml", True)]


def test_only_words_that_rules_look_for_in_orders_and_lines_are_asked() -> None:
    body = a_list("FISH", "MAET", when='line.category in lists.fresh && dest.region in ["CA"]')
    body += "filters:\n  - {id: near, keep: 'node.region in [\"NY\"]', because: tests}\n"
    asked = words_asked(pack_of(body).sets)

    assert {fact.name: sorted(words) for fact, words in asked.items()} == {
        "line.category": ["FISH", "MAET"],
        "dest.region": ["CA"],
    }
