"""Expressions: what compiles, what is refused with which code, and how a finding reads."""

import pytest

from router.rules.diagnostics import render
from router.rules.expressions.checking import Reach
from router.rules.vocabulary import Scope
from tests.rules.builders import a_rule_file, compiled, compiling
from tests.rules.expressions import checked

HEADER = "lists: {cold: [CHILLED]}\nattributes: {order.attr.gift: string, node.attr.docks: int}\n"


def a_ban(expression: str) -> bytes:
    quoted = expression.replace("'", "''")
    return a_rule_file(f"{HEADER}constraints:\n  - id: x\n    because: why\n    ban: '{quoted}'\n")


@pytest.mark.parametrize(
    "expression",
    [
        "true",
        "!node.is_open",
        "!!node.is_open || !(node.is_open && true)",
        'order.tier == "GOLD" && line.quantity >= 2',
        "order.tier != 'GOLD'",
        'dest.country in ["US", "CA"]',
        "line.temperature in lists.cold",
        "line.quantity in [1, 2, 3]",
        "lane.late_days in [days(1), days(2)]",
        'node.id.startsWith("dc-")',
        "node.region == dest.region",
        "order.total * 2 > usd(99.99)",
        "2 * order.total > usd(99.999)",
        "order.total * 0.5 + usd(1) - usd(0.5) > usd(-1)",
        "line.weight / 2 < kg(1.5)",
        "line.weight / kg(2) < 0.75",
        "order.weight > g(500)",
        "pair.distance <= km(300)",
        "-lane.late_days < -days(2)",
        "-days(2) < days(-1)",
        "float(line.quantity) / 3.0 > 0.5",
        "node.is_open == true",
        '"GOLD" == order.tier',
        'order.id == "a\\"b\\\\"',
        "(" * 30 + "true" + ")" * 30,
        "line.unit_volume > liters(2) || line.unit_volume < cm3(0.5)",
        "line.longest_side >= cm(80) || line.longest_side == m(1.2)",
        "order.age > hours(4) && order.age < hours(0.5) + minutes(30)",
        'time.of_day >= clock("16:30") || time.weekday in ["SATURDAY", "SUNDAY"]',
        "time.hour < 6 && time.day == 1 && time.month != 12",
        "has(order.promise_days) && default(order.promise_days, days(3)) < days(2)",
        'default(order.attr.gift, "").startsWith("bir") || default(node.attr.docks, 0) > 2',
        'lines.exists(line, line.hazmat != "" && line.quantity > order.line_count)',
        "lines.all(line, default(line.release_days, days(0)) == days(0))",
        "lines.count(line, line.in_kit) >= 2 && lines.sum(line, line.quantity) < 9",
        "lines.max(line, line.unit_price) > usd(50)",
        "order.line_count == size(lists.cold)",
        "div(order.total, order.weight / kg(1), usd(0)) > usd(1)",
        "div(line.weight, kg(1), 0.0) > 0.5",
    ],
)
def test_accepts(expression):
    assert compiled(a_ban(expression)).rule_count == 1


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("line.quantity", "L110"),
        ("order.total > 100", "L110"),
        ("order.total > kg(1)", "L110"),
        ("line.quantity > 1.5", "L110"),
        ('order.tier < "GOLD"', "L110"),
        ("node.is_open < true", "L110"),
        ("order.total + 1 > usd(1)", "L110"),
        ("order.total * order.total > usd(1)", "L110"),
        ("line.quantity / 2 == 1", "L110"),
        ("-order.tier == order.tier", "L110"),
        ("!line.quantity", "L110"),
        ("line.quantity && true", "L110"),
        ("float(order.total) > 1.0", "L110"),
        ("order.tier in [1]", "L110"),
        ("line.quantity in lists.cold", "L110"),
        ("order.tier in order.channel", "L110"),
        ("order.tier in [order.channel]", "L110"),
        ("[1] == 1", "L110"),
        ("line.quantity.startsWith('1')", "L110"),
        ("order.tier.startsWith(order.tier)", "L110"),
        ("kg(line.quantity) > kg(1)", "L110"),
        ("kg(1, 2) > kg(1)", "L110"),
        ("order.tier in lists.warm", "L109"),
        ("lists.cold", "L109"),
        ("order.teir == ''", "L111"),
        ("sku == ''", "L111"),
        ("line.quantity in []", "L123"),
        ("kg(0.0001) > kg(1)", "L123"),
        ("usd(0.000001) > usd(1)", "L123"),
        ("usd(100000000000) > usd(1)", "L123"),
        ("eur(1) > usd(1)", "L119"),
        ("line.weight / line.weight > 1.0", "L118"),
        ("line.weight / kg(0) > 1.0", "L118"),
        ("1.0 / (1.0 - 1.0) > 1.0", "L118"),
        ("a = b", "L117"),
        ("a and b", "L117"),
        ("a ? b : c", "L117"),
        ("1 < 2 < 3", "L117"),
        ("(true", "L117"),
        ("true)", "L117"),
        ("true true", "L117"),
        ("&& true", "L117"),
        ("true &&", "L117"),
        ("in == in", "L117"),
        ("order.tier == 'x", "L117"),
        ("order.tier == “x”", "L117"),
        ("order.tier == 'a\\n'", "L117"),
        ("order. == 1", "L117"),
        ("order.line_count > 010", "L117"),
        ("order.line_count > 1e3", "L117"),
        ("miles(3) > km(1)", "L117"),
        ("order.tier.endsWith('x')", "L117"),
        ("order.line_count > 1234567890123456", "L116"),
        ("(" * 40 + "true" + ")" * 40, "L116"),
        ("!" * 40 + "true", "L116"),
        ("1" + " + 1" * 40 + " > 1", "L116"),
        ("true || " * 600 + "true", "L116"),
        ("line.longest_side > km(1)", "L110"),
        ("order.age > days(1)", "L110"),
        ("time.of_day > hours(16)", "L110"),
        ('time.of_day + clock("01:00") > clock("02:00")', "L110"),
        ("order.promise_days > days(1)", "L113"),
        ("lines.exists(line, line.release_days > days(1))", "L113"),
        ("has(order.id)", "L110"),
        ('default(order.id, "") == ""', "L110"),
        ("has(1)", "L110"),
        ("default(order.promise_days, 1) > days(1)", "L110"),
        ("default(order.promise_days, lane.late_days) > days(1)", "L110"),
        ("default(order.promise_days) > days(1)", "L110"),
        ("order.attr.size == 1", "L111"),
        ("has(line.attr.gift)", "L111"),
        ('node.kind == "SORE"', "L112"),
        ('"SORE" != node.kind', "L112"),
        ('time.weekday in ["SATURDAY", "Sunday"]', "L112"),
        ("node.kind in lists.cold", "L112"),
        ("lines.exists(line, lines.exists(line, true))", "L110"),
        ("lines.exists(line, node.is_open)", "L114"),
        ("lines.exists(line, line.quantity)", "L110"),
        ("lines.sum(line, line.sku) > 1", "L110"),
        ("lines.sum(line.quantity) > 1", "L110"),
        ("lines.exists(l, true)", "L110"),
        ("lines.any(line, true)", "L117"),
        ("size(order.id) > 1", "L110"),
        ("size(lists.warm) > 1", "L109"),
        ("div(order.total, order.total) > 1.0", "L110"),
        ("div(line.quantity, 2, 0) > 1", "L110"),
        ("div(order.total, 0.5, order.total) > usd(1)", "L110"),
        ('clock("24:00") > clock("01:00")', "L123"),
        ('clock(16) > clock("17:00")', "L123"),
        ("order.age > minutes(0.5)", "L123"),
    ],
)
def test_refuses(expression, code):
    compilation = compiling(a_ban(expression))

    assert [str(one.code) for one in compilation.diagnostics] == [code]
    assert compilation.rules is None


def test_finds_every_fault_of_one_expression():
    compilation = compiling(a_ban("order.teir == 'x' && order.total > 5 && lanes.late_days > days(1)"))

    assert [(str(one.code), one.column) for one in compilation.diagnostics] == [
        ("L111", 11),
        ("L110", 34),
        ("L111", 53),
    ]


def test_finding_shows_the_line_the_caret_and_the_way_out():
    content = a_rule_file("filters:\n  - id: near\n    keep: pair.distance < 300 || order.chanel == 'web'\n")
    compilation = compiling(content)

    assert render(compilation.diagnostics, {"a.yaml": content}) == (
        "a.yaml:10:11: error L110: `<` compares distance with int\n"
        "   |     keep: pair.distance < 300 || order.chanel == 'web'\n"
        "   |           ^^^^^^^^^^^^^^^^^^^\n"
        "   = help: write `km(300)`\n"
        "a.yaml:10:34: error L111: unknown fact `order.chanel`\n"
        "   |     keep: pair.distance < 300 || order.chanel == 'web'\n"
        "   |                                  ^^^^^^^^^^^^\n"
        "   = did you mean `order.channel`?\n"
        "   = help: facts of `order` are: age, channel, customer_id, has_promise, id, is_pickup, line_count, "
        "paid, payment, payment_days, promise_days, tier, total, unit_count, weight\n"
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("filters:\n  - {id: a, keep: line.sku == service.id}\n", "L114"),
        ("filters:\n  - {id: a, keep: lane.late_days > days(1)}\n", "L114"),
        ("splits:\n  - {id: a, when: line.quantity > 1}\n  - {id: default}\n", "L114"),
        (
            "backorder:\n  - {id: a, when: stock.available > 1, do: HOLD}\n  - {id: default, do: HOLD}\n",
            "L114",
        ),
        (
            "carriers:\n  - {id: a, when: service.mode == 'X', use: [A/B]}\n  - {id: default, use: [A/B]}\n",
            "L114",
        ),
        ("costs:\n  - {id: a, when: line.quantity > 1, per: shipment, amount: usd(1)}\n", "L114"),
        ("costs:\n  - {id: a, per: late_day, amount: line.value}\n", "L114"),
        ("splits:\n  - {id: default, min_value: order.total}\n", "L114"),
        (
            "constraints:\n"
            "  - {id: a, because: b, ban: stock.available < 2, soften: {cost: usd(1), per: shipment}}\n",
            "L114",
        ),
    ],
)
def test_refuses_facts_that_the_block_cannot_see(body, code):
    assert {str(one.code) for one in compiling(a_rule_file(body)).diagnostics} == {code}


def told(expression: str) -> list[str]:
    """Message, expectation, suggestion and help of each finding."""
    return [
        " | ".join(part for part in (one.message, one.expected, one.suggestion, one.help) if part)
        for one in checked(expression)[1]
    ]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (
            "order.promise_days < days(2)",
            "`order.promise_days` may have no value | write `default(order.promise_days, days(0))` to say what counts "
            "then, or ask with `has(order.promise_days)`",
        ),
        (
            "order.tier == GOLD",
            "unknown fact `GOLD` | facts begin with: dest, lane, line, node, order, pair, service, shipment, stock, "
            'time; text stands in quotes: "GOLD"',
        ),
        ("order.total > usd(1,50)", "`usd` takes one number | `usd(2)`, `usd(2.50)`"),
        ('node.kind == "STROE"', "`node.kind` is never `STROE` | WAREHOUSE, STORE, SUPPLIER | STORE"),
        (
            "line.temperature in lists.golden",
            "the list `golden` holds `GO`, which `line.temperature` never is | AMBIENT, CHILLED, FROZEN",
        ),
        (
            "order.attr.gift == true",
            "unknown fact `order.attr.gift` | order.attr.int | declare it under `attributes` in the header: "
            "attributes: {order.attr.gift: string}",
        ),
        ("line.longest_side > 80", "`>` compares length with int | write `m(80)` or `cm(80)` or `mm(80)`"),
        (
            "shipment.weight > kg(1) || node.is_open",
            "facts of a shipment are only compared with constants, as parts of the outermost `&&` | such as "
            "`shipment.weight > kg(30)`, `shipment.has_hazmat`, `!shipment.has_cold` | lines are grouped into "
            "shipments only after the rules are read; write two rules instead of `||`",
        ),
        ("has(order.id)", "`order.id` always has a value | write `order.id` without `has`"),
        (
            "lines.exist(line, true)",
            "unknown method `exist` of lines | exists | methods of lines are: exists, all, count, sum, max",
        ),
    ],
)  # fmt: skip
def test_a_finding_says_what_to_write_instead(expression, words):
    assert told(expression) == [words]


def test_facts_of_time_need_a_time_zone():
    (finding,) = checked("time.hour < 6", zone="")[1]

    assert (finding.code, finding.message) == ("L120", "`time.hour` needs the rule set's `timezone`")


def test_an_expression_over_lines_needs_orders_within_reach():
    nodes = Reach(what="a test of nodes", scopes=frozenset((Scope.NODE,)))

    (finding,) = checked("lines.exists(line, true)", reach=nodes)[1]

    assert (finding.code, finding.message) == (
        "L114",
        "`lines.exists` is a fact of orders; a test of nodes cannot read it",
    )
