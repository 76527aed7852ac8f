"""What a rule cost is what the same orders cost with it less what they cost without it."""

from functools import reduce

import pytest

from router.domain.identifiers import Instant
from router.planning.effects.effect import solve
from router.planning.effects.rule_costs import Period, RuleCost, cost_by_period, cost_rules, label_of
from tests.planning.recorded import History, a_history, a_pack, recorded
from tests.proving import seeds
from tests.routing.builders import an_order

STOCK = {"lille": {"RED-CLOCK": 9}, "lyon": {"RED-CLOCK": 9}}


def costs_of(history: History) -> dict[str, RuleCost]:
    networks = {history.world.network.digest: history.world.network}
    parts = cost_rules(history.sample, networks, history.world.rules)
    return reduce(lambda total, part: {n: total.get(n, RuleCost()) + part[n] for n in part}, parts, {})


def cost_of_all(history: History, rules) -> int:
    numbers = list(range(len(history.sample)))
    plans = [solve([one], [0], history.world.network, rules)[0] for one in history.sample]
    assert len(plans) == len(numbers)
    return sum(plan.objective_milli for plan in plans)


@pytest.mark.parametrize("seed", seeds(200, 2))
def test_the_cost_of_every_rule_is_that_of_deciding_all_orders_without_it(seed):
    history = a_history(seed)
    rules = history.world.rules
    with_all = cost_of_all(history, rules)

    costs = costs_of(history)

    assert {name: cost.cost_milli for name, cost in costs.items()} == {
        row.name: with_all - cost_of_all(history, rules.without(row.name)) for row in rules.describe()
    }


def test_a_ban_costs_its_detour_and_speaks_of_the_orders_it_meets():
    rules = a_pack(
        "constraints:", '  - {id: no-lille, when: order.tier == "GOLD", ban: node.id == "lille", because: x}'
    )
    history = recorded(
        an_order("gold", lines={"RED-CLOCK": 1}, tier="GOLD"),
        an_order("plain", lines={"RED-CLOCK": 1}),
        stock=STOCK,
        rules=rules,
    )

    # From Lille the parcel costs 5.00, from Lyon, further away, 8.00.
    assert costs_of(history)["shop/no-lille"] == RuleCost(
        orders=2, decided=1, changed=1, charged_milli=0, cost_milli=300_000, solved=1
    )


def test_a_charge_that_changes_no_plan_costs_what_it_charges():
    rules = a_pack("costs:", "  - {id: box, per: shipment, amount: eur(2)}")
    history = recorded(an_order(lines={"RED-CLOCK": 1}), stock=STOCK, rules=rules)

    cost = costs_of(history)["shop/box"]

    assert (cost.charged_milli, cost.cost_milli, cost.changed) == (200_000, 200_000, 0)


def test_a_rule_that_never_holds_solves_nothing():
    rules = a_pack("costs:", '  - {id: gold, when: order.tier == "GOLD", per: shipment, amount: eur(2)}')
    history = recorded(an_order(lines={"RED-CLOCK": 1}), stock=STOCK, rules=rules)

    assert costs_of(history)["shop/gold"] == RuleCost(orders=1)


DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("period", "label"),
    [(Period.DAY, "2026-01-01"), (Period.WEEK, "2026-W01"), (Period.MONTH, "2026-01"), (Period.ALL, "all")],
)
def test_a_period_has_the_name_of_its_days_in_utc(period, label):
    assert label_of(period, Instant(20_454 * DAY)) == label


@pytest.mark.parametrize("period", list(Period))
def test_the_costs_of_periods_add_up_to_the_whole(period):
    history = a_history(201)
    networks = {history.world.network.digest: history.world.network}

    parts = cost_by_period(history.sample, networks, history.world.rules, period)

    assert list(parts) == sorted(parts)
    assert reduce(
        lambda total, part: {n: total.get(n, RuleCost()) + part[n] for n in part}, parts.values(), {}
    ) == (costs_of(history))
