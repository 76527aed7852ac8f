"""L204, L206, L207 and L210: fences beside one another."""

import pytest

from router.rules.diagnostics import Code
from router.rules.lint.pack import History
from tests.rules.builders import a_rule_file
from tests.rules.lint.linting import found, only


def bans(*rules: str) -> str:
    """Each `id: when -> ban`."""
    lines = []
    for rule in rules:
        name, _, rest = rule.partition(": ")
        when, _, forbidden = rest.partition(" -> ")
        lines.append(f"  - {{id: {name}, when: '{when}', ban: '{forbidden}', because: tests}}\n")
    return "constraints:\n" + "".join(lines)


def softened(name: str, when: str, forbidden: str, soften: str) -> str:
    price = f"soften: {{cost: usd(9), {soften}}}"
    return f"  - {{id: {name}, when: '{when}', ban: '{forbidden}', because: tests, {price}}}\n"


def filters(*rules: str) -> str:
    """Each `id: keep`."""
    pairs = [rule.partition(": ")[::2] for rule in rules]
    return "filters:\n" + "".join(f"  - {{id: {name}, keep: '{keep}'}}\n" for name, keep in pairs)


def test_a_ban_inside_another_is_found() -> None:
    body = bans(
        'gold: order.tier == "GOLD" && line.weight > kg(20) -> node.kind == "STORE"',
        'heavy: line.weight > kg(10) -> node.kind == "STORE"',
    )

    (finding,) = only(Code.SUBSUMED, body)

    assert finding.message == "`gold` forbids nothing that is not forbidden by `heavy` in `a.yaml:10`"
    assert finding.witness == (
        'line.weight = kg(21), node.kind = "STORE", order.tier = "GOLD": forbidden by both'
    )


def test_of_two_equal_bans_the_second_is_found() -> None:
    body = bans(
        'one: line.quantity > 9 -> node.kind != "STORE"',
        'two: line.quantity >= 10 -> !(node.kind == "STORE")',
    )

    assert found(body) == ["L204 `two` forbids the same as `one` in `a.yaml:9`"]


@pytest.mark.parametrize(
    "body",
    [
        bans("one: line.quantity > 9 -> node.kind == \"STORE\"", "two: line.quantity > 5 -> node.kind == \"SUPPLIER\""),
        bans("one: line.quantity > 9 -> node.kind == \"STORE\"", "two: line.weight > kg(9) -> node.kind == \"STORE\""),
        bans("one: line.quantity > 9 -> node.kind == \"STORE\"")
        + softened("two", "line.quantity > 5", 'node.kind == "STORE"', "per: unit"),
    ],
    ids=["other nodes", "other lines", "a price, not a fence"],
)  # fmt: skip
def test_such_bans_are_both_needed(body: str) -> None:
    assert only(Code.SUBSUMED, body) == []


def test_fences_that_leave_an_order_nothing_are_found_with_the_order() -> None:
    body = filters("domestic: node.country == dest.country") + bans(
        'no-canadian-aerosols: dest.country == "CA" && line.hazmat == "AEROSOL" -> node.country == "CA"'
    )

    (finding,) = only(Code.NOTHING_LEFT, body)

    assert finding.message == (
        "nothing is left for some orders: `domestic` and `no-canadian-aerosols` forbid every node and service"
    )
    assert finding.witness == 'dest.country = "CA", line.hazmat = "AEROSOL"'


def test_three_bans_that_together_forbid_every_kind_of_node_are_found() -> None:
    body = bans(
        'heavy: line.unit_weight > kg(20) -> node.kind == "STORE"',
        'gold: order.tier == "GOLD" -> node.kind == "SUPPLIER"',
        'spray: line.hazmat == "AEROSOL" -> node.kind == "WAREHOUSE"',
    )

    (finding,) = only(Code.NOTHING_LEFT, body)

    assert finding.witness == 'line.hazmat = "AEROSOL", line.unit_weight = kg(21), order.tier = "GOLD"'


LEAVING = {
    "a kind of node": bans(
        'heavy: line.unit_weight > kg(20) -> node.kind == "STORE"',
        'light: line.unit_weight <= kg(20) -> node.kind == "SUPPLIER"',
        'spray: line.hazmat == "AEROSOL" -> node.kind == "WAREHOUSE"',
    ),
    "a refusal": bans("denied: order.customer_id == \"C-1\" -> true"),
    "another country": filters("domestic: node.country == dest.country")
    + bans('ca: dest.country == "CA" -> node.country == "US"'),
    "a larger stock": bans("scarce: line.quantity > 3 -> stock.available < line.quantity * 2"),
    "a nearer node": bans(
        "far: order.is_pickup -> pair.distance > km(10)", "near: !order.is_pickup -> pair.distance < km(10)"
    ),
    "a smaller shipment": bans("large: order.is_pickup -> shipment.weight > kg(5)"),
    "tomorrow morning": bans("late: time.hour > 14 -> node.kind != \"STORE\"", "never: true -> node.kind == \"STORE\""),
    "a price": bans("store: order.is_pickup -> node.kind == \"STORE\"")
    + softened("others", "order.is_pickup", 'node.kind != "STORE"', "per: shipment"),
}  # fmt: skip


@pytest.mark.parametrize("body", LEAVING.values(), ids=LEAVING)
def test_fences_that_leave_something_are_not_accused(body: str) -> None:
    assert only(Code.NOTHING_LEFT, body) == []


def test_a_softened_fence_is_hard_outside_its_dates() -> None:
    dates = "per: shipment, effective: {from: '2026-12-18', to: '2026-12-27'}"
    body = bans('store: order.is_pickup -> node.kind == "STORE"')
    body += softened("others", "order.is_pickup", 'node.kind != "STORE"', dates)

    assert len(only(Code.NOTHING_LEFT, body)) == 1


def test_a_network_without_such_a_node_makes_a_fence_a_wall() -> None:
    body = bans('frozen: line.temperature == "FROZEN" -> service.mode != "COLD"')
    dry = [{"node.id": "A", "node.kind": "STORE", "service.id": "UPS/GROUND", "service.mode": "GROUND"}]
    cold = [*dry, {"node.id": "A", "node.kind": "STORE", "service.id": "COLDX/BOX", "service.mode": "COLD"}]

    assert len(only(Code.NOTHING_LEFT, body, offers=dry)) == 1
    assert only(Code.NOTHING_LEFT, body, offers=cold) == []


CARRIERS = """carriers:
  - {id: express, when: 'order.tier == "GOLD"', use: [UPS/AIR, UPS/NEXT]}
  - {id: default, use: [FEDEX/HOME, UPS/GROUND]}
"""


def test_a_carrier_rule_that_names_only_forbidden_services_is_found() -> None:
    body = bans('spray: line.hazmat == "AEROSOL" -> service.carrier != "FEDEX"') + CARRIERS

    (finding,) = only(Code.NO_CARRIER_LEFT, body)

    assert finding.message == (
        "no carrier is left for some shipments that `express` decides: `spray` forbids all services that it names"
    )
    assert finding.witness == 'line.hazmat = "AEROSOL", order.tier = "GOLD"'


@pytest.mark.parametrize(
    "ban",
    [
        'spray: line.hazmat == "AEROSOL" -> service.id == "UPS/AIR"',
        'spray: order.tier != "GOLD" -> service.carrier == "FEDEX"',
    ],
)  # fmt: skip
def test_a_carrier_rule_with_one_service_left_is_not_accused(ban: str) -> None:
    assert only(Code.NO_CARRIER_LEFT, bans(ban) + CARRIERS) == []


def test_a_fence_with_dates_of_its_own_is_found_and_one_in_a_dated_rule_set_is_not() -> None:
    rule = '  - {id: fence, ban: node.kind == "STORE", because: tests%s}\n'
    dates = "effective: {from: '2026-11-01', to: '2027-01-01'}"

    assert found("constraints:\n" + rule % f", {dates}") == ["L210 `fence` is no fence outside its dates"]
    assert found(a_rule_file(dates + "\nconstraints:\n" + rule % "")) == []


def test_a_price_below_the_usual_gain_is_found() -> None:
    rule = '{id: fence, ban: node.kind == "STORE", because: tests, soften: {cost: usd(2), per: shipment}}'
    body = f"constraints:\n  - {rule}\n"
    dear = History(days=30, orders=500, fired={"us/fence": 80}, gain_minor={"us/fence": 350})
    cheap = History(days=30, orders=500, fired={"us/fence": 80}, gain_minor={"us/fence": 150})

    assert found(body, history=dear) == ["L210 breaking `fence` costs usd(2) and usually saves usd(3.5)"]
    assert found(body, history=cheap) == []
