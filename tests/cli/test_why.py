"""What `router order why` says of one node."""

from router.api.v1.order_pb2 import COST_KIND_BACKORDER, COST_KIND_FREIGHT, COST_KIND_RULE, CostPart
from router.api.v1.routing_pb2 import Candidate, StockLimit
from router.cli.orders.why import candidate_words, others_words


def test_amounts_of_one_kind_are_one_amount() -> None:
    candidate = Candidate(
        eligible=True,
        total_minor=587,
        costs=[
            CostPart(kind=COST_KIND_FREIGHT, amount_minor=629),
            CostPart(kind=COST_KIND_RULE, amount_minor=-2, rule="a/near"),
            CostPart(kind=COST_KIND_RULE, amount_minor=-40, rule="a/keep"),
        ],
    )

    assert candidate_words(candidate, "USD") == "freight 6.29 + rule -0.42 = 5.87"


def test_a_node_that_had_better_ship_nothing_says_so() -> None:
    candidate = Candidate(
        eligible=True, total_minor=1_200, costs=[CostPart(kind=COST_KIND_BACKORDER, amount_minor=1_200)]
    )

    assert candidate_words(candidate, "USD") == (
        "shipping would cost more than leaving out: backorder 12.00 = 12.00"
    )


def test_a_node_whose_stock_is_kept_back_says_by_which_rule_and_how_much() -> None:
    candidate = Candidate(
        reason="SAFETY_STOCK",
        rule="stores/keep",
        rule_position="stores.yaml:9",
        because="for the shop",
        limits=[StockLimit(rule="stores/keep", sku="ICE", available=2, units_max=0)],
    )

    assert candidate_words(candidate, "USD") == (
        'rule "stores/keep" (stores.yaml:9): for the shop, 0 of 2 ICE left by "stores/keep"'
    )


def test_nodes_that_are_not_in_the_table_are_counted() -> None:
    assert others_words(0, 0) == ""
    assert others_words(0, 1) == "1 node has none of it free"
    assert others_words(1, 2) == "1 more node; 2 nodes have none of it free"
    assert others_words(3, 0) == "3 more nodes"
