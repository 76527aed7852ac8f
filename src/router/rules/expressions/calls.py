"""Functions and methods: units, `clock`, `float`, `size`, `div`, `has`, `default`, `startsWith`."""

# mypy: disable-error-code="func-returns-value"

from collections.abc import Callable, Mapping

from router.rules.diagnostics import Code, shown
from router.rules.expressions.aggregates import LINES, fold
from router.rules.expressions.checking import Checking
from router.rules.expressions.literals import number_of
from router.rules.expressions.syntax import Call, Constant, Path
from router.rules.expressions.terms import (
    INTEGER_BOUND,
    Default,
    Divide,
    Has,
    Literal,
    StartsWith,
    Term,
    ToFloat,
)
from router.rules.expressions.units import (
    AMOUNT_MILLI_MAX,
    BASE_UNITS,
    CURRENCY_DECIMALS,
    UNITS,
    clock_minutes,
    milli_per_unit,
    whole,
)
from router.rules.expressions.words import list_named, may_be
from router.rules.vocabulary import Fact, Type


def call(checker: Checking, tree: Call) -> Term | None:
    """The term of a call; None after reporting what is wrong with it."""
    if tree.receiver is not None:
        return _method(checker, tree, tree.receiver)
    if tree.name in _FUNCTIONS:
        return _FUNCTIONS[tree.name](checker, tree)
    if tree.name in UNITS:
        type_, scale = UNITS[tree.name]
        return _quantity(checker, tree, type_, scale, INTEGER_BOUND, f"a whole number of {BASE_UNITS[type_]}")
    if tree.name.upper() in CURRENCY_DECIMALS and tree.name.islower() and _is_amount(checker, tree):
        return _money(checker, tree)
    known = (*UNITS, *_FUNCTIONS, checker.currency.lower())
    message, help = f"unknown function {shown(tree.name)}", f"functions are: {', '.join(known)}"
    return checker.refuse(Code.EXPRESSION_SYNTAX, tree.span, message, help, word=tree.name, known=known)


def _is_amount(checker: Checking, tree: Call) -> bool:
    """Some currencies are called as one may think that a function is: `all(line, ...)`."""
    return tree.name.upper() == checker.currency or len(tree.arguments) == 1


def _money(checker: Checking, tree: Call) -> Term | None:
    currency = checker.currency
    if not currency:
        return checker.refuse(Code.CURRENCY, tree.span, "an amount without the rule set's `currency`")
    if tree.name.upper() != currency:
        message = f"`{tree.name}(...)` in a rule set whose currency is {currency}"
        return checker.refuse(Code.CURRENCY, tree.span, message, f"write `{currency.lower()}(...)`")
    scale = milli_per_unit(currency)
    return _quantity(
        checker, tree, Type.MONEY, scale, AMOUNT_MILLI_MAX, "at most three decimals of the minor unit"
    )


def _quantity(
    checker: Checking, tree: Call, type_: Type, scale: int, bound: int, precision: str
) -> Term | None:
    number = number_of(tree.arguments[0]) if len(tree.arguments) == 1 else None
    if number is None:
        return checker.refuse(
            Code.TYPE,
            tree.span,
            f"`{tree.name}` takes one number",
            expected=f"`{tree.name}(2)`, `{tree.name}(2.50)`",
        )
    value = whole(number, scale)
    if value is None:
        return checker.refuse(
            Code.BAD_VALUE, tree.span, f"{shown(tree.span.text)} is too fine", expected=precision
        )
    if abs(value) > bound:
        return checker.refuse(Code.BAD_VALUE, tree.span, f"{shown(tree.span.text)} is too large")
    return Literal(type=type_, span=tree.span, value=value)


def _clock(checker: Checking, tree: Call) -> Term | None:
    match tree.arguments:
        case (Constant(value=str() as text),):
            minutes = clock_minutes(text)
        case _:
            minutes = None
    if minutes is None:
        return checker.refuse(
            Code.BAD_VALUE,
            tree.span,
            "`clock` takes one time of day in quotes",
            expected='`clock("16:30")`, 00:00 to 23:59',
        )
    return Literal(type=Type.CLOCK, span=tree.span, value=minutes)


def _to_float(checker: Checking, tree: Call) -> Term | None:
    if len(tree.arguments) != 1:
        return checker.refuse(
            Code.TYPE, tree.span, "`float` takes one int", expected="`float(line.quantity)`"
        )
    operand = checker.typed(tree.arguments[0], Type.INT)
    return operand and ToFloat(type=Type.FLOAT, span=tree.span, operand=operand)


def _size(checker: Checking, tree: Call) -> Term | None:
    match tree.arguments:
        case (Path(text=text) as path,) if text.startswith("lists."):
            values = list_named(checker, path)
            return None if values is None else Literal(type=Type.INT, span=tree.span, value=len(values))
        case _:
            return checker.refuse(
                Code.TYPE, tree.span, "`size` takes one list of the rule set", expected="`size(lists.name)`"
            )


def _divide(checker: Checking, tree: Call) -> Term | None:
    if len(tree.arguments) != 3:
        return checker.refuse(
            Code.TYPE, tree.span, "`div` takes a number, its divisor and the value where that is zero",
            expected="`div(order.total, usd(10), 0.0)`",
        )  # fmt: skip
    left, right = checker.check(tree.arguments[0]), checker.check(tree.arguments[1])
    if left is None or right is None:
        return None
    type_ = checker.result_type("/", left, right, tree.span)
    if type_ is None:
        return None
    default = checker.typed(tree.arguments[2], type_)
    if default is not None and not isinstance(default, Literal):
        return checker.refuse(Code.TYPE, default.span, "the last value of `div` is a literal")
    return default and Divide(type=type_, span=tree.span, left=left, right=right, value=default.value)


def _has(checker: Checking, tree: Call) -> Term | None:
    fact = _optional_fact(checker, tree, count=1, expected="`has(order.promise_days)`")
    return None if fact is None else Has(type=Type.BOOL, span=tree.span, fact=fact)


def _default(checker: Checking, tree: Call) -> Term | None:
    fact = _optional_fact(checker, tree, count=2, expected="`default(order.promise_days, days(3))`")
    if fact is None:
        return None
    value = checker.typed(tree.arguments[1], fact.type)
    if value is not None and not isinstance(value, Literal):
        return checker.refuse(Code.TYPE, value.span, "the second value of `default` is a literal")
    if value is None:
        return None
    term = Default(type=fact.type, span=tree.span, fact=fact, value=value.value)
    return term if may_be(checker, term, value) else None


def _optional_fact(checker: Checking, tree: Call, count: int, expected: str) -> Fact | None:
    """The fact that `has` or `default` speaks of; reports anything else."""
    if len(tree.arguments) != count or not isinstance(tree.arguments[0], Path):
        what = "a fact" if count == 1 else "a fact and a literal"
        return checker.refuse(Code.TYPE, tree.span, f"`{tree.name}` takes {what}", expected=expected)
    path = tree.arguments[0]
    fact = checker.fact(path)
    if fact is not None and not fact.optional:
        return checker.refuse(
            Code.TYPE,
            tree.span,
            f"`{path.text}` always has a value",
            f"write `{path.text}` without `{tree.name}`",
        )
    return fact


def _method(checker: Checking, tree: Call, receiver: Path | Call) -> Term | None:
    if isinstance(receiver, Path) and receiver.text == LINES:
        return fold(checker, tree)
    if tree.name == "startsWith":
        return _starts_with(checker, tree, receiver)
    message, known = f"unknown method {shown(tree.name)}", ("startsWith",)
    return checker.refuse(Code.EXPRESSION_SYNTAX, tree.span, message, word=tree.name, known=known)


def _starts_with(checker: Checking, tree: Call, receiver: Path | Call) -> Term | None:
    left = checker.check(receiver)
    match tree.arguments:
        case (Constant(value=str() as prefix),) if prefix:
            pass
        case _:
            return checker.refuse(
                Code.TYPE, tree.span, "`startsWith` takes one string", expected='`x.startsWith("abc")`'
            )
    if left is not None and left.type is not Type.STRING:
        return checker.refuse(
            Code.TYPE, left.span, f"`startsWith` is of strings; {shown(left.span.text)} is {left.type}"
        )
    if left is None:
        return None
    return StartsWith(type=Type.BOOL, span=tree.span, left=left, prefix=prefix)


_FUNCTIONS: Mapping[str, Callable[[Checking, Call], Term | None]] = {
    "clock": _clock,
    "float": _to_float,
    "size": _size,
    "div": _divide,
    "has": _has,
    "default": _default,
}
