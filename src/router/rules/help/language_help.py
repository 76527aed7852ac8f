"""Types, operators and functions of expressions in words, each with an example: for the language reference."""

from router.rules.expressions.units import BASE_UNITS, UNITS
from router.rules.vocabulary import Type

LITERALS = {
    Type.BOOL: "true, false",
    Type.INT: "3, -1",
    Type.FLOAT: "0.5, 3.0",
    Type.STRING: '"GOLD"',
    Type.MONEY: "usd(2.50), eur(3): the rule set's currency in small letters",
    Type.CLOCK: 'clock("16:30")',
    **{
        type_: ", ".join(
            f"{name}({'1.5' if name != base else '2'})" for name, (of, _) in UNITS.items() if of is type_
        )
        for type_, base in BASE_UNITS.items()
    },
}

TYPES = tuple((str(type_), LITERALS[type_]) for type_ in Type)
"""Each type with how its values are written."""

OPERATORS = (
    ("a && b, a || b, !a", "conditions", 'order.tier == "GOLD" && !node.is_open'),
    ("a == b, a != b", "two values of one type", 'dest.country != "US"'),
    ("a < b, <=, >, >=", "two numbers, amounts or times of day", "order.total >= usd(100)"),
    ("a in [...], a in lists.x", "a value and words", 'dest.region in ["CA", "NY"]'),
    ("a + b, a - b", "two numbers or amounts of one type", "line.value - usd(5) > usd(100)"),
    ("a * b", "a number or an amount, and a number", "line.unit_weight * 3 > kg(20)"),
    (
        "a / b",
        "an amount and a number, or two amounts of one type; b is a literal",
        "pair.distance / km(1000) > 1.5",
    ),
)
"""Each operator with what it joins, and an example."""

FUNCTIONS = (
    ("has(fact)", "whether an optional fact has a value", "has(order.promise_days)"),
    ("default(fact, value)", "its value, or the other without one", "default(order.promise_days, days(9)) < days(3)"),
    ("lines.exists(line, condition)", "whether it holds for a line", 'lines.exists(line, line.hazmat != "")'),
    ("lines.all(line, condition)", "whether it holds for every line", 'lines.all(line, line.category == "books")'),
    ("lines.count(line, condition)", "for how many lines", "lines.count(line, line.is_preorder) > 1"),
    ("lines.sum(line, number)", "the sum over lines", "lines.sum(line, line.weight) > kg(30)"),
    ("lines.max(line, number)", "the largest, 0 of no lines", "lines.max(line, line.longest_side) > cm(80)"),
    ("size(lists.x)", "how many words a list has", "size(lists.peak) > 3"),
    ("text.startsWith(word)", "whether a text begins so", 'dest.postal_code.startsWith("99")'),
    ("float(int)", "a whole number as a number with a point", "float(line.quantity) * 0.5 > 3.0"),
    ("div(a, b, value)", "a / b where b may be zero; then the value", "div(order.total, line.value, 0.0) > 2.0"),
    ("clock(text)", "a time of day", 'time.of_day >= clock("16:30")'),
)  # fmt: skip
"""Each function with what it gives, and an example; `lists.peak` stands for a list of the file."""
