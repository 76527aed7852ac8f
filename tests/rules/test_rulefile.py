"""Headers, blocks and packs: required keys, ids, defaults, dates, priorities, currencies, digests."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from router.domain.currency import CURRENCIES, DECIMALS
from router.rules.ruleset import compile_rules, no_rules
from router.rules.verdicts import SplitUnits
from tests.rules.builders import a_rule_file, compiled, compiling, some_facts


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("filter: []\n", "L103"),
        ("filters:\n  - {id: a, keep: true}\n  - {id: a, keep: true}\n", "L104"),
        ("filters:\n  - {id: a, keep: true}\ncosts:\n  - {id: a, per: line, amount: usd(1)}\n", "L104"),
        ("filters:\n  - {id: A b, keep: true}\n", "L123"),
        ("filters:\n  - {keep: true}\n", "L120"),
        ("filters:\n  - {id: a}\n", "L120"),
        ("filters:\n  - {id: a, keep: }\n", "L121"),
        ("filters: {id: a, keep: true}\n", "L121"),
        ("filters:\n  - a\n", "L121"),
        ("constraints:\n  - {id: a, ban: true}\n", "L305"),
        ("scores:\n  - {id: a, weight: 1, value: 1.0}\n", "L120"),
        ("objective: {point_value: usd(-1)}\n", "L123"),
        ("costs:\n  - {id: a, per: box, amount: usd(1)}\n", "L112"),
        ("carriers:\n  - {id: a, when: 'true', use: [A/B]}\n", "L107"),
        ("carriers: []\n", "L107"),
        ("carriers:\n  - {id: default, use: []}\n", "L123"),
        ("carriers:\n  - {id: default, use: [GROUND]}\n", "L123"),
        ("splits:\n  - {id: default}\n  - {id: a, when: 'true'}\n", "L108"),
        ("splits:\n  - {id: a}\n  - {id: default}\n", "L120"),
        ("splits:\n  - {id: default, when: 'true'}\n", "L123"),
        ("splits:\n  - {id: default, units: sometimes}\n", "L112"),
        ("splits:\n  - {id: default, complete: yes}\n", "L122"),
        ("splits:\n  - {id: default, max_shipments: 0}\n", "L123"),
        ("splits:\n  - {id: default, max_shipments: two}\n", "L121"),
        ("splits:\n  - {id: default, min_value: usd(0.001)}\n", "L123"),
        ("backorder:\n  - {id: default, do: LATER}\n", "L112"),
        ("backorder:\n  - {id: default, do: HOLD, penalty: usd(-1)}\n", "L123"),
        ('effective: {from: "2026-13-01"}\n', "L106"),
        ('effective: {from: "2026-02-30"}\n', "L106"),
        ('effective: {from: "1 May"}\n', "L106"),
        ('effective: {from: "2026-02-02", to: "2026-02-02"}\n', "L106"),
        ("effective: {from: 2026-02-02}\n", "L122"),
        ("effective: {}\n", "L120"),
        ("lists: {a b: [x]}\n", "L123"),
        ("lists: {a: x}\n", "L121"),
        ("lists: {a: [NO]}\n", "L122"),
        (
            'effective: {to: "2026-02-02"}\n'
            'filters:\n  - {id: a, keep: true, effective: {from: "2026-03-01"}}\n',
            "L301",
        ),
    ],
)
def test_finds(body, code):
    assert [str(one.code) for one in compiling(a_rule_file(body)).diagnostics] == [code]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("kind: RuleSet/v1\n", "kind: RuleSet/v2\n", ["L112"]),
        ("owner: planning\n", "", ["L305"]),
        ("priority: 10\n", "", ["L120"]),
        ("currency: USD\n", "currency: usd\n", ["L112"]),
        ("applies: true\n", "applies: node.is_open\n", ["L114"]),
        ("timezone: America/New_York\n", "timezone: America/Gotham\n", ["L106"]),
        ("timezone: America/New_York\n", "timezone: ../../etc/passwd\n", ["L106"]),
        ("timezone: America/New_York\n", "timezone: America\n", ["L106"]),
        ("timezone: America/New_York\n", 'effective: {from: "2026-01-01"}\n', ["L120"]),
    ],
)
def test_finds_in_the_header(old, new, codes):
    content = a_rule_file().replace(old.encode(), new.encode())

    assert [str(one.code) for one in compiling(content).diagnostics] == codes


def conflicts(*contents: bytes) -> list[tuple[str, str]]:
    files = {f"{place}.yaml": content for place, content in enumerate(contents)}
    return [(str(one.code), one.file) for one in compile_rules(files).diagnostics]


def test_two_rule_sets_of_one_priority_need_conditions_that_exclude_each_other():
    web = a_rule_file(id="web", applies='order.channel == "web" && dest.country == "US"')
    store = a_rule_file(id="store", applies='order.channel in ["store", "mobile"]')
    gold = a_rule_file(id="gold", applies='order.tier == "GOLD"')
    above = a_rule_file(id="above", priority=11)

    assert conflicts(web, store) == []
    assert conflicts(web, above) == []
    assert conflicts(web, gold) == [("L105", "1.yaml")]
    assert conflicts(web, store, gold) == [("L105", "2.yaml"), ("L105", "2.yaml")]


def test_two_rule_sets_of_one_priority_may_follow_each_other_in_time():
    spring = a_rule_file('effective: {to: "2026-06-01"}\n', id="spring")
    summer = a_rule_file('effective: {from: "2026-06-01"}\n', id="summer")

    assert conflicts(spring, summer) == []


def test_a_pack_has_one_currency_and_unique_rule_sets():
    one = a_rule_file()
    other = a_rule_file(priority=11).replace(b"USD", b"EUR")

    assert conflicts(one, other) == [("L104", "1.yaml"), ("L119", "1.yaml")]


def test_amounts_follow_the_decimals_of_the_currency():
    yen = a_rule_file("splits:\n  - {id: default, extra_box: jpy(250.5)}\n").replace(b"USD", b"JPY")

    (choice,) = compiled(yen).sets[0].splits
    assert choice.policy.extra_shipment_milli == 250_500


@pytest.mark.parametrize(
    ("currency", "milli"),
    [
        ("QAR", 250_500),
        ("NGN", 250_500),
        ("XPF", 2_505),
        ("UYI", 2_505),
        ("LYD", 2_505_000),
        ("ALL", 250_500),
    ],
)
def test_rules_are_written_in_any_currency_and_its_decimals(currency: str, milli: int):
    body = f"splits:\n  - {{id: default, extra_box: {currency.lower()}(2.505)}}\n"

    (choice,) = compiled(a_rule_file(body).replace(b"USD", currency.encode())).sets[0].splits
    assert choice.policy.extra_shipment_milli == milli


def test_currencies_with_decimals_of_their_own_are_among_those_of_rules():
    assert set(DECIMALS) <= set(CURRENCIES)
    assert list(CURRENCIES) == sorted(set(CURRENCIES))


def test_a_function_that_is_none_is_not_taken_for_a_currency():
    compilation = compiling(
        a_rule_file("holds:\n  - {id: x, when: 'all(line, line.is_preorder)', because: so}\n")
    )

    assert [one.message for one in compilation.diagnostics] == ["unknown function `all`"]


def test_the_digest_depends_on_names_and_bytes_alone():
    one, other = a_rule_file(), a_rule_file(id="other", priority=1)
    digests = [
        compile_rules(files).rules.digest
        for files in (
            {"a.yaml": one, "b.yaml": other},
            {"b.yaml": other, "a.yaml": one},
            {"a.yaml": other, "b.yaml": one},
            {"a.yaml": one + b"\n", "b.yaml": other},
        )
    ]

    assert digests[0] == digests[1]
    assert len(set(digests)) == 3
    assert all(len(digest) == 64 for digest in digests)


def test_lists_every_rule_with_its_place_and_owner():
    body = (
        "filters:\n  - {id: open, keep: node.is_open, because: closed is closed}\n"
        "carriers:\n  - {id: default, use: [UPS/GROUND, A/B]}\n"
    )
    rules = compiled(a_rule_file(body))

    rows = [
        (row.name, str(row.block), row.place, row.position, row.because, row.owner)
        for row in rules.describe()
    ]
    assert rows == [
        ("us/open", "filters", 0, "a.yaml:9", "closed is closed", "planning"),
        ("us/carriers.default", "carriers", 1, "a.yaml:11", "", "planning"),
    ]
    assert rules.rule_count == 2
    assert rules.service_ids_named == {"UPS/GROUND": "a.yaml:11", "A/B": "a.yaml:11"}
    assert rules.fact_names == {"node.is_open", "service.id"}
    assert rules.currency == "USD"


def test_knows_whether_any_rule_reads_stock():
    cost = "costs:\n  - {id: a, when: stock.available < 3, per: line, amount: usd(1)}\n"

    assert compiled(a_rule_file(cost)).reads_stock
    assert not compiled(a_rule_file()).reads_stock


def test_rows_have_the_rules_own_words_and_dates():
    body = (
        'revision: "7"\n'
        "constraints:\n"
        "  - id: on-time\n    because: promised\n    when: order.channel\n      == 'web'\n"
        '    ban: lane.late_days > days(0)\n    effective: {from: "2026-11-01T09:30"}\n'
        "    soften: {cost: usd(6), per: late_day}\n"
        "carriers:\n  - id: default\n    use:\n      - A/B\n      - C/D\n"
    )
    ban, carriers = compiled(a_rule_file(body)).describe()

    assert (ban.revision, ban.effective) == ("7", "from 2026-11-01T09:30")
    assert ban.when == "order.channel == 'web'"
    assert ban.effect == "ban: lane.late_days > days(0), soften: {cost: usd(6), per: late_day}"
    assert (carriers.when, carriers.effect, carriers.effective) == ("", "use: [A/B, C/D]", "")


def test_finds_and_leaves_out_a_rule_by_name():
    body = (
        "filters:\n  - {id: open, keep: node.is_open}\n"
        "costs:\n  - {id: a, when: stock.available < 3, per: line, amount: usd(1)}\n"
    )
    rules = compiled(a_rule_file(body))
    without = rules.without("us/a")

    one, rule = rules.find("us/a")
    assert (one.id, rule.ref.position) == ("us", "a.yaml:11")
    assert rules.find("us/b") is None
    assert [row.name for row in without.describe()] == ["us/open"]
    assert (rules.reads_stock, without.reads_stock) == (True, False)
    assert without.fact_names == {"node.is_open"}
    assert len({rules.digest, without.digest, rules.without("us/open").digest}) == 3
    assert len(without.digest) == 64
    with pytest.raises(KeyError):
        rules.without("us/b")


def test_cases_are_kept_for_whoever_runs_them():
    files = {
        "us.yaml": a_rule_file("tests:\n  - {name: a, expect: {held: true}}\n"),
        "us.test.yaml": b"kind: RuleTests/v1\n",
        "small.network.yaml": b"kind: Network/v1\n",
    }
    compilation = compile_rules(files)

    (tests,) = compilation.tests
    assert (tests.file, tests.set_id, tests.node.span.line) == ("us.yaml", "us", 9)
    assert compilation.case_files == {name: files[name] for name in ("small.network.yaml", "us.test.yaml")}
    assert compilation.diagnostics == ()
    digests = {compile_rules({**files, "us.test.yaml": text}).rules.digest for text in (b"", b"kind: a\n")}
    assert len(digests | {compilation.rules.digest}) == 3


def test_says_which_overlaps_are_meant():
    body = (
        "splits:\n"
        "  - {id: gold, when: order.tier == 'GOLD', overrides: [web, default]}\n"
        "  - {id: web, when: order.channel == 'web', overrides: [default]}\n"
        "  - {id: default}\n"
    )

    assert [rule.overrides for rule in compiled(a_rule_file(body)).sets[0].splits] == [
        ("web", "default"), ("default",), (),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ("{id: a, when: order.has_promise, overrides: [b]}, {id: default}", ("L112", 9, 50, "")),
        (
            "{id: gold, when: order.has_promise}, {id: a, when: order.is_pickup, overrides: [gold]}, {id: default}",
            ("L123", 9, 85, ""),
        ),
        ("{id: a, when: order.has_promise, overrides: [defualt]}, {id: default}", ("L112", 9, 50, "default")),
        ("{id: a, when: order.has_promise, overrides: default}, {id: default}", ("L121", 9, 49, "")),
        ("{id: default, overrides: []}", ("L123", 9, 30, "")),
    ],
)
def test_finds_in_overrides(rules, found):
    (one,) = compiling(a_rule_file(f"splits:\n   [{rules}]\n")).diagnostics

    assert (str(one.code), one.line, one.column, one.suggestion) == found


def test_a_key_like_no_other_is_not_taken_for_one():
    (one,) = compiling(a_rule_file("prices: []\n")).diagnostics

    assert (str(one.code), one.suggestion) == ("L103", "")


def test_only_first_match_blocks_have_overrides():
    body = "filters:\n  - {id: a, keep: node.is_open, overrides: [b]}\n"

    assert [str(one.code) for one in compiling(a_rule_file(body)).diagnostics] == ["L103"]


def test_knows_whether_any_rule_reads_bookings():
    body = "costs:\n  - {id: a, when: pair.booked > 3, per: shipment, amount: usd(1)}\n"

    assert compiled(a_rule_file(body)).reads_capacity
    assert not compiled(a_rule_file()).reads_capacity


def test_packs_compile_beside_each_other():
    files = [
        {f"{n}.yaml": a_rule_file("filters:\n  - {id: open, keep: node.is_open}\n", id=f"set{n}")}
        for n in range(8)
    ]

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(compile_rules, files))

    assert found == [compile_rules(one) for one in files]


def test_no_rules_allow_everything_at_sane_policies():
    rules = no_rules()
    verdicts = rules.evaluate(some_facts(line_order=(0, 1, 1), orders=2, columns={}), (0, 0))

    assert (rules.rule_count, rules.currency, rules.fact_names) == (0, None, frozenset())
    assert (verdicts.removals, verdicts.charges) == ((), ())
    assert (verdicts.split.tolist(), verdicts.backorder.tolist()) == ([0, 0], [0, 0, 0])
    (split,), (backorder,) = verdicts.split_policies, verdicts.backorder_policies
    assert (split.shipments_max, split.value_min_minor, split.extra_shipment_milli) == (3, 0, 0)
    assert (split.split_units, split.ship_complete) == (SplitUnits.WHEN_SHORT, False)
    assert (backorder.action, backorder.unit_milli) == ("BACKORDER", 10_000_000)
    assert compile_rules({}).rules == rules
