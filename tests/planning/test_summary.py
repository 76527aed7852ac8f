"""The effect in words: on the terminal, in a pull request, for programs."""

import json

from router.planning.effects.comparison import compare
from router.planning.effects.difference import Edit, Mark
from router.planning.effects.figures import figures_of, interval_text
from router.planning.effects.guards import Interval
from router.planning.effects.summary import as_data, markdown_text, plan_summary, sentence_of, terminal_text
from tests.planning.test_comparison import a_pair, a_plan, a_shipment, left_out, many
from tests.planning.test_report import a_trial
from tests.routing.builders import a_network, a_node, an_order


def two_orders():
    """One moves and becomes 4.10 dearer and late, one stays."""
    moved = a_pair(a_plan(cost=500_000), a_plan(a_shipment("nice", late=1), cost=910_000), why=("shop/box",))
    return compare([moved, a_pair(a_plan(cost=500_000), a_plan(cost=500_000), 1)])


def test_the_terminal_shows_edits_figures_and_what_to_look_at():
    network = a_network(a_node("lyon", shipments_per_day=2), a_node("nice", shipments_per_day=1))

    assert terminal_text(a_trial(two_orders(), network=network)) == (
        "comparing the rules in force (aaaaaaaaaaaa) with rules/shop (bbbbbbbbbbbb) on 2 orders,"
        " the last ones of 127.0.0.1:50051, 2026-03-02\n"
        "  ~ rule shop/box  amount: eur(1) → eur(2)\n"
        "  + rule shop/new  amount: eur(2)\n"
        "\n"
        "                                 now         new  change\n"
        "  cost per order                5.00        7.05  +41.0 %   95 % CI -39.4 … +121.4 %   ← worse\n"
        "  shipments per order          1.000       1.000  no change\n"
        "  split orders                     0           0  no change\n"
        "  promised late               0.00 %     50.00 %  +50.00 pt   0 → 1 of 2 orders   ← worse\n"
        "  units left out                   0           0  no change\n"
        "  orders held                      0           0  no change\n"
        "  busiest node                   0 %       100 %  +100 pt   nice, above the 90 % guard   ← worse\n"
        "  not solved to proof              0           0  no change\n"
        "  orders that change                           1  50.0 %; 0 more ship the same at another cost\n"
        "\n"
        "1 of 2 orders (50.0 %) would ship otherwise; the cost rises by 2.05 EUR an order, 4.10 in all; 1 more would be"
        " late.\n"
        "look at: order-0 (+4.10)\n"
    )


def test_a_small_effect_has_an_interval_that_shows_it():
    comparison = compare([a_pair(a_plan(cost=1_000_000), a_plan(cost=1_000_000))])

    assert interval_text(Interval(mean=-70, low=-110, high=-30), comparison) == "95 % CI -0.011 … -0.003 %"
    assert interval_text(Interval(mean=2_000, low=1_100, high=3_010), comparison) == "95 % CI +0.1 … +0.3 %"


def test_what_cost_nothing_before_becomes_dearer_by_an_amount_for_each_order():
    comparison = compare(
        [
            a_pair(a_plan(cost=0, shipments=()), a_plan(cost=410_000)),
            a_pair(a_plan(cost=0), a_plan(cost=0), 1),
        ]
    )
    cost, shipments, *_ = figures_of(comparison, (), "EUR")

    assert (cost.before, cost.after, cost.change) == ("0.00", "2.05", "+2.05")
    assert (shipments.before, shipments.after, shipments.change) == ("0.500", "1.000", "+100.0 %")


def test_what_shipped_nothing_before_ships_more_by_shipments_for_each_order():
    nothing = a_plan(shipments=())
    _, shipments, *_ = figures_of(
        compare([a_pair(nothing, a_plan()), a_pair(nothing, nothing, 1)]), (), "EUR"
    )

    assert (shipments.before, shipments.after, shipments.change) == ("0.000", "0.500", "+0.500")
    assert figures_of(compare([a_pair(nothing, nothing)]), (), "EUR")[1].change == "="


def test_a_comment_has_sixty_lines_at_most():
    edits = tuple(
        Edit(mark=Mark.CHANGED, name=f"shop/rule-{number}", block="costs", before="a: 1", after="a: 2")
        for number in range(90)
    )
    network = a_network(*(a_node("lyon", id=f"node-{number}", shipments_per_day=9) for number in range(7)))

    text = markdown_text(a_trial(compare(many(500)), network=network, edits=edits))

    assert text.count("\n") <= 60
    assert "… and 70 more" in text


def test_names_of_others_have_no_power_over_a_comment():
    order = an_order("<img src=x>|[a](b)\n`", lines={"CLOCK": 1})
    edits = (Edit(mark=Mark.ADDED, name="shop/x", block="costs", before="", after="```\n# title"),)

    text = markdown_text(
        a_trial(compare([a_pair(a_plan(), a_plan(a_shipment("nice")), order=order)]), edits=edits)
    )

    assert "| \\<img src=x\\>\\|\\[a\\](b) \\` |" in text
    assert text.count("```") == 2


def test_programs_get_every_figure():
    data = json.loads(json.dumps(as_data(a_trial(two_orders()))))

    assert (data["orders"], data["changed_orders"], data["repriced_orders"]) == (2, 1, 0)
    assert data["after"]["cost_milli"] - data["before"]["cost_milli"] == 410_000
    assert data["order_ids"]["now late"] == ["order-0"]
    assert data["why"] == {"shop/box": 1}
    assert [edit["mark"] for edit in data["edits"]] == ["~", "+"]


def test_the_history_keeps_the_answer_and_the_edits():
    assert plan_summary(a_trial(two_orders()))[1:] == (
        "~ rule shop/box  amount: eur(1) → eur(2)",
        "+ rule shop/new  amount: eur(2)",
    )


def test_says_when_nothing_changes():
    assert (
        sentence_of(a_trial(compare([a_pair(a_plan(), a_plan())])))
        == "No order would ship or cost otherwise."
    )


def test_goods_that_leave_on_other_terms_are_told_as_that():
    trusted = a_plan(on_account="shop/gold")
    pairs = [a_pair(trusted, a_plan()), a_pair(trusted, a_plan(), 1), a_pair(a_plan(), trusted, 2)]

    assert sentence_of(a_trial(compare(pairs))) == (
        "3 of 3 orders (100.0 %) would ship otherwise; the cost stays the same; 2 could no longer leave unpaid;"
        " 1 could leave unpaid and cannot now."
    )


def test_a_saving_is_told_as_one():
    comparison = compare([a_pair(a_plan(cost=300_000), a_plan(cost=100_000, unshipped=left_out(1)))])

    assert sentence_of(a_trial(comparison)) == (
        "1 of 1 orders (100.0 %) would ship otherwise; the cost falls by 2.00 EUR an order, 2.00 in all."
    )
