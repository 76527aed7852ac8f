"""What a pack may take: the estimate counts rows, and a pack over the budget names its dearest rules."""

import pytest

from router.rules.expressions.cost import PICOSECONDS_PER_ROW, cost_of
from tests.rules.builders import a_rule_file, compiling
from tests.rules.expressions import a_term


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("true", 0),
        ("order.has_promise", 0),
        ("order.total > usd(1)", 1_000),
        ("line.quantity > 1", 3_000),
        ("node.id == 'dc-1'", 200),
        ("service.mode == 'AIR'", 10),
        ("pair.distance > km(5)", 200_000),
        ("stock.available > 5", 600_000),
        ("lane.late_days > days(1)", 2_000_000),
        ("time.hour > 5", 1_000),
        ("lines.exists(line, line.quantity > 1)", 4_000),
        ("order.total > usd(1) && node.id == 'dc-1'", 1_000 + 200 + 200_000),
        ("order.line_count > 1 || order.unit_count > 1", 3_000),
        ("line.quantity > 1 && lane.late_days > days(1)", 3_000 + 2_000_000 + 6_000_000),
    ],
)
def test_an_expression_costs_its_rows(text: str, rows: int) -> None:
    assert cost_of(a_term(text)) == rows * PICOSECONDS_PER_ROW


def many_bans(count: int) -> bytes:
    dear = "line.quantity > 1 && lane.late_days > days(1)"
    bans = "".join(f"  - {{id: b{number}, because: why, ban: '{dear}'}}\n" for number in range(count))
    dearest = "(line.quantity > 1) == (lane.late_days > days(1)) || service.id == 'A/B'"
    last = f'  - {{id: dearest, because: why, ban: "{dearest}"}}\n'
    return a_rule_file("constraints:\n" + bans + last)


def test_a_pack_over_the_budget_names_its_dearest_rules() -> None:
    (finding,) = compiling(many_bans(400)).diagnostics

    assert (finding.code, finding.line) == ("L115", 409)
    assert finding.message == (
        "reading all rules would take 4.8 s for 1000 orders, 200 nodes and 10 services; 4.0 s is the most"
    )
    assert finding.help == (
        "the dearest rules are `us/dearest` (21 ms), `us/b0` (12 ms), `us/b1` (12 ms); "
        "conditions on orders, nodes or services alone cost least"
    )


def test_a_pack_inside_the_budget_compiles() -> None:
    assert compiling(many_bans(300)).rules is not None
