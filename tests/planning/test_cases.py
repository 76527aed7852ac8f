"""Cases beside rules: what they may say, what they are told when they are wrong, and how they are run."""

from datetime import UTC, datetime
from random import Random

import pytest

from router.planning.cases.case_files import read_cases
from router.planning.cases.case_report import CaseResult, Unmet, report_text
from router.planning.cases.case_run import decide, run_cases
from router.routing.network.prepared import prepare
from router.routing.route import route
from router.routing.world import OrderToRoute, World
from router.rules.ruleset import compile_rules
from tests.planning.case_builders import NETWORK, RULES, a_case, cases_file, network_file, run
from tests.proving import seeds


def only(cases: str) -> CaseResult:
    report = run(cases)
    assert report.diagnostics == ()
    (result,) = report.results
    return result


def first_unmet(given: str, expect: str) -> Unmet:
    (unmet,) = only(a_case(given, expect)).unmet
    return unmet


def faults(cases: str, **files: bytes) -> list[str]:
    report = run(cases, **files)
    assert not report.was_run
    return [f"{one.file}:{one.line} {one.code.value} {one.message}" for one in report.diagnostics]


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        ("{order: {lines: [CELL]}}", "{service: UPS/GROUND, fired: ground-only, not_fired: [heavy, no-heavy-store]}"),
        ("{order: {lines: [LAMP]}}", "{node: DC-EAST, not_node: STORE-7, service: UPS/2DAY, not_service: UPS/GROUND}"),
        ("{order: {lines: [LAMP]}}", "{cost: usd(7.50), shipments: 1, held: false, unshipped: {}}"),
        ("{order: {lines: [LAMP]}}", '{cost: "< usd(7.51)", shipments: ">= 1", delivery: "<= 2026-12-03"}'),
        ('{order: {promise: "2026-12-02", lines: [LAMP]}}', '{late_days: 1, delivery: "2026-12-03"}'),
        ("{order: {lines: [{sku: LAMP, quantity: 9}]}}", "{unshipped: {LAMP: {quantity: 4, action: BACKORDER}}}"),
        ("{order: {lines: [{sku: LAMP, quantity: 9}]}}", '{unshipped: {LAMP: ">= 4"}, shipped: {DC-EAST: {LAMP: 5}}}'),
        ("{order: {lines: [MUG]}}", "{node: STORE-7, charges: {store-labor: usd(1.50), heavy: usd(0)}}"),
        ("{order: {lines: [SAFE]}}", "{removed: {STORE-7: no-heavy-store}, splits_rule: default}"),
        ("{stock: {STORE-7: {LAMP: 0}}, order: {tier: GOLD, lines: [LAMP, MUG]}}",
         "{splits_rule: gold, node: [DC-EAST, STORE-7], fired: gold}"),
        ("{order: {lines: [CELL, LAMP]}}", "{backorder_rule: {CELL: batteries, LAMP: goods/backorder.default}}"),
        ("{stock: {DC-EAST: {LAMP: 0}}, order: {lines: [LAMP]}}", "{node: STORE-7}"),
        ("{stock: {DC-EAST: {MUG: 1}}, order: {to: newark, lines: [MUG]}}", "{node: DC-EAST}"),
        ("{order: {to: {country: CA, at: [45.5, -73.6]}, lines: [LAMP]}}", "{shipments: 0, not_fired: splits.default}"),
    ],
)  # fmt: skip
def test_what_comes_out_as_expected_passes(given, expect):
    assert only(a_case(given, expect)).unmet == ()


@pytest.mark.parametrize(
    ("given", "expect", "got", "because"),
    [
        ("{order: {lines: [LAMP]}}", "{node: STORE-7}", "DC-EAST",
         "from STORE-7 alone it costs 8.50 USD, 1.00 USD more: freight 7.00 + rule `goods/store-labor` 1.50"),
        ("{order: {lines: [LAMP]}}", "{node: STORE-9}", "DC-EAST", "STORE-9 is closed"),
        ("{order: {lines: [MUG]}}", "{node: DC-EAST}", "STORE-7", "DC-EAST holds nothing of the order"),
        ("{order: {lines: [SAFE]}}", "{shipped: {STORE-7: {SAFE: 1}}}", "STORE-7: nothing",
         "`goods/no-heavy-store` (goods.yaml:10) takes every service from STORE-7: no lift"),
        ("{order: {lines: [LAMP]}}", "{not_node: DC-EAST}", "DC-EAST",
         "UPS/2DAY from DC-EAST leaves 2026-12-01, arrives 2026-12-03: freight 7.00 + handling 0.50"),
        ("{order: {lines: [CELL]}}", "{service: UPS/2DAY}", "UPS/GROUND",
         "`goods/ground-only` (goods.yaml:9) takes UPS/2DAY from DC-EAST"),
        ("{order: {lines: [LAMP]}}", "{cost: usd(7)}", "7.50 USD: freight 7.00 + handling 0.50",
         "UPS/2DAY from DC-EAST leaves 2026-12-01, arrives 2026-12-03: freight 7.00 + handling 0.50"),
        ("{order: {lines: [LAMP]}}", "{fired: heavy}", "goods/heavy silent",
         "`goods/heavy` (goods.yaml:14) is silent: `order.weight > kg(40)` is false: order.weight = kg(2)"),
        ("{order: {lines: [LAMP]}}", "{removed: {STORE-7: no-heavy-store}}", "STORE-7: nothing",
         "`goods/no-heavy-store` (goods.yaml:10) is silent at STORE-7: `line.unit_weight > kg(10)` is false: "
         "line.unit_weight = kg(2)"),
        ("{order: {lines: [CELL]}}", "{not_fired: ground-only}", "goods/ground-only fired",
         "`goods/ground-only` (goods.yaml:9): it takes UPS/2DAY from DC-EAST"),
        ("{order: {lines: [MUG]}}", "{not_fired: store-labor}", "goods/store-labor fired",
         "`goods/store-labor` (goods.yaml:12): it charges 1.50 USD per shipment at STORE-7"),
        ("{stock: {STORE-7: {LAMP: 0}}, order: {lines: [MUG, LAMP]}}", "{unshipped: {}}",
         "1 MUG: BACKORDER, SPLIT_LIMIT", "1 MUG left out: SPLIT_LIMIT, by `goods/backorder.default` (goods.yaml:21)"),
        ("{order: {lines: [LAMP]}}", "{splits_rule: gold}", "goods/splits.default",
         '`goods/gold` (goods.yaml:17) is silent: `order.tier == "GOLD"` is false: order.tier = ""'),
        ("{order: {lines: [MUG]}}", "{charges: {store-labor: usd(2)}}", "goods/store-labor 1.50 USD", None),
        ("{order: {lines: [LAMP]}}", "{held: true}", "no rule holds it", None),
        ("{order: {to: {country: CA, at: [45.5, -73.6]}, lines: [LAMP]}}", '{delivery: "2026-12-04"}', "nothing ships",
         "1 LAMP left out: NO_SERVICE, by `built-in/backorder.default`"),
    ],
)  # fmt: skip
def test_what_comes_out_otherwise_says_what_decided(given, expect, got, because):
    unmet = first_unmet(given, expect)

    assert unmet.got == got
    assert because in unmet.because if because else unmet.because == ()


def test_an_unmet_expectation_stands_in_the_report_with_its_line():
    report = run(a_case(expect="{\n      node: STORE-7,\n      shipments: 1}", name="from the store"))

    assert report_text(report).splitlines()[:6] == [
        "FAIL goods.test.yaml: 1 of 1 case",
        "  from the store (goods.test.yaml:4)",
        "    node (line 7)",
        "      expected  STORE-7",
        "      got       DC-EAST",
        "      because   from STORE-7 alone it costs 8.50 USD, 1.00 USD more: "
        "freight 7.00 + rule `goods/store-labor` 1.50",
    ]
    assert report_text(report).endswith("1 failed\n")


def test_a_todo_must_fail_and_one_that_passes_is_reported():
    gap = a_case(expect="{node: STORE-7}", name="known") + "    todo: true\n"
    closed = a_case(name="closed") + "    todo: true\n"

    report = run(gap + closed)

    assert [one.is_good for one in report.results] == [True, False]
    assert report.failed[0].sentence == "case `closed` passes: its gap is closed, so take `todo` away"
    assert report_text(report).endswith("1 failed, 1 known gap\n")


@pytest.mark.parametrize(
    ("case", "fault"),
    [
        (a_case("{order: {lines: [LAMPE]}}"), "5 L112 there is no product `LAMPE`"),
        (a_case("{use: smal, order: {lines: [LAMP]}}"), "5 L112 there is no network `smal`"),
        (a_case("{order: {lines: [LAMP]}, stok: {}}"), "5 L103 `given` has no key `stok`"),
        (a_case("{order: {lines: []}}"), "5 L123 an order has at least one line"),
        (a_case("{order: {to: paris, lines: [LAMP]}}"), "5 L112 there is no place `paris`"),
        (a_case('{order: {promise: "soon", lines: [LAMP]}}'), "5 L106 `promise` cannot be `soon`"),
        (a_case("{order: {lines: [{sku: LAMP, price: eur(2)}]}}"),
         "5 L119 `eur(...)` in a rule set whose currency is USD"),
        (a_case("{stock: {DC-WEST: {LAMP: 1}}, order: {lines: [LAMP]}}"), "5 L112 there is no node `DC-WEST`"),
        (a_case("{booked: {DC-EAST: 1}, order: {lines: [LAMP]}}"),
         "5 L112 there is no node with `shipments_per_day` `DC-EAST`"),
        (a_case("{order: {lines: [{sku: LAMP, quantity: 600000}, {sku: MUG, quantity: 600000}]}}"),
         "5 L116 an order has 1000 lines and 1000000 units at most"),
        (a_case(expect="{nodes: DC-EAST}"), "6 L103 `expect` has no key `nodes`"),
        (a_case(expect="{}"), "6 L120 `expect` expects nothing"),
        (a_case(expect="{node: DC-WEST}"), "6 L112 there is no node `DC-WEST`"),
        (a_case(expect="{fired: ground-onli}"), "6 L112 there is no rule `ground-onli`"),
        (a_case(expect="{fired: default}"), "6 L112 there is no rule `default`"),
        (a_case(expect="{unshipped: {MUG: 1}}"), "6 L112 there is no product in the order `MUG`"),
        (a_case(expect='{shipments: "about 2"}'), "6 L123 `shipments` cannot be `about 2`"),
        (a_case(expect='{delivery: "<= tomorrow"}'), "6 L123 `delivery` cannot be `<= tomorrow`"),
        (a_case(expect="{cost: 7.5}"), "6 L121 `cost` is one figure"),
        (a_case(expect='{cost: "<= kg(7)"}'), "6 L110 `kg(7)` is weight, not money"),
        (a_case(name="twin") + a_case(name="twin"), "7 L104 the case `twin` stands twice; first in line 4"),
        ("  - {name: it, expect: {shipments: 1}}\n", "4 L120 a case needs `given`"),
    ],
)  # fmt: skip
def test_what_a_case_gets_wrong_is_found_before_anything_runs(case, fault):
    assert f"goods.test.yaml:{fault}" in faults(case)


def test_the_nearest_name_is_suggested():
    (finding,) = run(a_case(expect="{fired: ground-onli}")).diagnostics

    assert (finding.suggestion, finding.line, finding.column) == ("ground-only", 6, 21)


def test_a_case_without_a_moment_is_a_fault():
    assert faults("", goods__test_yaml=cases_file(a_case(), head="use: small")) == [
        "goods.test.yaml:4 L120 a case needs `now`, the moment of its decision"
    ]


def test_a_case_may_have_its_own_moment():
    case = a_case(expect='{delivery: "2026-12-06"}') + '    now: "2026-12-03T17:01"\n'

    assert only(case).is_good


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("open: false", "opn: false", "L103 a node has no key `opn`"),
        ("price: usd(6.50), ", "", "L120 a service needs `price`"),
        ("weight: kg(2)", "weight: 2", "L110 `2` is int, not weight"),
        ("currency: USD", "currency: EUR", "L119 EUR here, but USD in the rules"),
        ("weight: kg(2)", "weight: kg(20000)", "L123 `weight` is too large"),
        ("price: usd(6.50)", "price: usd(-1)", "L123 `price` is negative"),
        ("hazmat: LITHIUM", "temperature: COLD", "L112 `temperature` cannot be `COLD`"),
        ("[40.7, -74.2]", "[140.7, -74.2]", "L123 `at` is latitude and longitude in degrees"),
        ("LAMP: 5", "LAMPS: 5", "L112 there is no product `LAMPS`"),
        ("timezone: America/New_York", "timezone: America/Newark", "L106 `timezone` cannot be `America/Newark`"),
        ("UPS/2DAY:", "TWODAY:", "L123 a service cannot be named `TWODAY`"),
        ("transit_days: 4", "transit_days: 4, zones: []", "L123 `price` stands in each of the `zones`"),
    ],
)  # fmt: skip
def test_what_a_network_gets_wrong_is_found(old, new, fault):
    assert old in NETWORK

    found = faults(a_case(), small__network_yaml=network_file(NETWORK.replace(old, new)))

    assert any(fault in one and one.startswith("small.network.yaml:") for one in found), found


def test_a_test_file_may_bring_its_own_network():
    own = "networks:\n  mine:\n    services: {UPS/GROUND: {price: usd(3), transit_days: 1}}\n    products: {A: {}}\n"
    own += "    places: {here: {at: [1.0, 1.0]}}\n    nodes: {N-1: {at: [1.0, 1.0], stock: {A: 1}}}\n"
    case = a_case("{order: {lines: [A]}}", "{node: N-1, cost: usd(3)}")

    report = run("", goods__test_yaml=cases_file(case, head=f'now: "2026-12-01T09:00"\n{own}'))

    assert report.is_good, report


def test_several_networks_must_be_told_apart():
    (fault,) = faults(a_case(), other__network_yaml=network_file())

    assert fault == "goods.test.yaml:5 L120 `given` needs `use`, the network to decide in"


def test_cases_may_stand_in_the_rule_file_and_mean_its_own_rules_first():
    other = RULES.replace("id: goods", "id: others").replace("priority: 10", "priority: 5").encode()
    case = "tests:\n" + a_case(expect="{fired: [store-labor]}") + '    now: "2026-12-01T09:00"\n'

    report = run("", goods__test_yaml=b"", others_yaml=other, goods_yaml=(RULES + case).encode())

    assert [(one.file, one.is_good) for one in report.results] == [("goods.yaml", True)]


def test_an_id_that_two_rule_sets_use_needs_its_set():
    other = RULES.replace("id: goods", "id: others").replace("priority: 10", "priority: 5").encode()

    (finding,) = run(a_case(expect="{fired: store-labor}"), others_yaml=other).diagnostics

    assert finding.message == "`store-labor` may mean several rules"
    assert finding.expected == "goods/store-labor, others/store-labor"


def test_nothing_runs_beside_rules_that_do_not_load():
    report = run(a_case(), goods_yaml=RULES.replace("node.kind", "node.kid").encode())

    assert (report.was_run, report.is_good) == (False, False)
    assert report.diagnostics[0].message == "unknown fact `node.kid`"


def test_a_case_may_expect_what_a_rule_takes_off():
    rules = RULES.replace("amount: usd(1.50)", "amount: usd(-1.50)")

    report = run(
        a_case("{order: {lines: [LAMP]}}", "{charges: {store-labor: usd(-1.50)}}"), goods_yaml=rules.encode()
    )

    assert (report.diagnostics, report.is_good) == ((), True)


def test_coverage_names_the_rules_that_no_case_fires_or_leaves_silent():
    report = run(a_case("{order: {lines: [LAMP]}}"))

    assert report.coverage is not None
    assert {rule.name: (rule.fired, rule.silent) for rule in report.coverage.rules} == {
        "goods/ground-only": (0, 1), "goods/no-heavy-store": (0, 1), "goods/store-labor": (1, 0),
        "goods/heavy": (0, 1), "goods/carriers.default": (1, 0), "goods/gold": (0, 1),
        "goods/splits.default": (1, 0), "goods/batteries": (0, 1), "goods/backorder.default": (1, 0),
    }  # fmt: skip
    assert report.coverage.percent == 33
    assert [one.message for one in report.uncovered()][:3] == [
        "no case fires `goods/ground-only`",
        "no case fires `goods/no-heavy-store`",
        "no case leaves `goods/store-labor` silent",
    ]


def test_a_case_is_decided_as_the_server_decides_its_order():
    files = {
        "goods.yaml": RULES.encode(),
        "small.network.yaml": network_file(),
        "goods.test.yaml": cases_file(
            a_case("{order: {lines: [LAMP, CELL]}}", name="a") + a_case("{order: {lines: [MUG]}}", name="b")
        ),
    }
    compilation = compile_rules(files)
    rules = compilation.rules
    assert rules is not None
    cases = read_cases(rules, compilation.case_files, compilation.tests).cases
    together = decide(cases, rules)

    for case, outcome in zip(cases, together, strict=True):
        world = World(network=prepare(case.fixture.network), products=case.fixture.products, rules=rules)
        request = OrderToRoute(order=case.order, decision_time=case.now)
        (decision,) = route([request], world, outcome.view, outcome.view)
        assert decision.plan == outcome.plan


def test_the_moment_is_local_to_the_network():
    files = {
        "goods.yaml": RULES.encode(),
        "small.network.yaml": network_file(),
        "goods.test.yaml": cases_file(a_case()),
    }
    compilation = compile_rules(files)
    assert compilation.rules is not None
    (case,) = read_cases(compilation.rules, compilation.case_files, compilation.tests).cases

    assert case.now == datetime(2026, 12, 1, 14, tzinfo=UTC).timestamp() * 1_000_000


def test_bookings_fill_the_first_day_on_which_the_order_could_leave():
    network = NETWORK.replace("handling: usd(0.50)", "handling: usd(0.50), shipments_per_day: 3")
    free, full = '{delivery: "2026-12-03"}', '{delivery: "2026-12-04"}'

    report = run(
        a_case("{booked: {DC-EAST: 2}, order: {lines: [LAMP]}}", free, name="a slot is free")
        + a_case(
            "{booked: {DC-EAST: 3}, stock: {STORE-7: {LAMP: 0}}, order: {lines: [LAMP]}}",
            full,
            name="none is",
        ),
        small__network_yaml=network_file(network),
    )

    assert report.is_good, report_text(report)


def test_running_twice_gives_the_same_report():
    compilation = compile_rules(
        {
            "goods.yaml": RULES.encode(),
            "small.network.yaml": network_file(),
            "goods.test.yaml": cases_file(a_case(expect="{node: STORE-7, fired: heavy}")),
        }
    )

    assert run_cases(compilation) == run_cases(compilation)


@pytest.mark.parametrize("seed", seeds(0, 3))
def test_damaged_case_files_end_in_findings(seed):
    random = Random(seed)
    signs = b"\"'{}[]()!&*#:,.-<>=|%@`\t\n 0aZ9\xc3\xa9\x00"
    originals = {
        "small.network.yaml": network_file(),
        "goods.test.yaml": cases_file(
            a_case("{order: {promise: \"2026-12-05\", lines: [{sku: LAMP, quantity: 2}]}}", '{cost: "< usd(9)"}')
            + a_case("{stock: {STORE-7: {LAMP: 0}}, order: {lines: [CELL]}}", "{unshipped: {CELL: 1}}", "b")
        ),
    }  # fmt: skip
    outcomes = set()
    for _ in range(60):
        files = {"goods.yaml": RULES.encode(), **originals}
        name = random.choice(sorted(originals))
        damaged = bytearray(originals[name])
        for _ in range(random.randint(1, 3)):
            place = random.randrange(len(damaged))
            damaged[place : place + random.randint(0, 3)] = bytes([random.choice(signs)])
        files[name] = bytes(damaged)
        report = run_cases(compile_rules(files))
        assert report.was_run or any(one.severity == "error" for one in report.diagnostics), f"seed {seed}"
        outcomes.add(report.was_run)
    assert False in outcomes, f"seed {seed}"
