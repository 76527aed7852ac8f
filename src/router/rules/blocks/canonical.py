"""Terms and rules as one line of text that two of them share only if they mean the same.

Spelling goes: units, blanks, brackets, the order of what `&&`, `||`, `==` and lists join, and the names of lists. So
the text says whether an edit changed a rule.
"""

from fractions import Fraction

from router.rules.blocks.dates import Window
from router.rules.blocks.effects import (
    BackorderChoice,
    Ban,
    CarrierChoice,
    Cost,
    Rule,
    SafetyStock,
    Score,
    SplitChoice,
    StockCap,
    Substitute,
)
from router.rules.expressions.terms import (
    Arithmetic,
    Compare,
    Default,
    Divide,
    Either,
    Every,
    Fold,
    Has,
    Literal,
    Not,
    Read,
    StartsWith,
    Term,
    ToFloat,
    Value,
    Within,
    conjuncts,
)
from router.rules.expressions.units import BASE_UNITS, clock_text, money_text, quantity_text
from router.rules.vocabulary import Type

_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def rule_text(rule: Rule, currency: str) -> str:
    """What the rule does, when and in which dates; not its name, place and reason."""
    terms = (*conjuncts(rule.condition), *rule.shipment_terms)
    asked = [text_of(term, currency) for term in terms]
    conditions = sorted({text for text in asked if text != "true"})
    parts = [
        f"when {' && '.join(conditions)}" if conditions else "",
        _effect(rule, currency),
        _dates(rule.window),
    ]
    return f"{rule.block}: {'; '.join(part for part in parts if part)}"


def _effect(rule: Rule, currency: str) -> str:
    match rule:
        case Ban(soften=None):
            return ""
        case Ban(soften=soften) if soften is not None:
            amount = text_of(soften.amount, currency)
            return f"soften {amount} per {soften.per} {_dates(soften.window)}".rstrip()
        case Score():
            earned = text_of(rule.earned, currency)
            return f"{money_text(rule.full_milli, currency)} x {text_of(rule.value, currency)} where {earned}"
        case Cost():
            return f"{text_of(rule.amount, currency)} per {rule.per}"
        case SafetyStock():
            return f"keep {text_of(rule.keep, currency)}"
        case StockCap(limit=Fraction() as share):
            return f"share {share}"
        case StockCap(limit=Term() as units):
            return f"units {text_of(units, currency)}"
        case Substitute():
            consent = "assumed" if rule.consent_assumed else "asked"
            return (
                f"offer {', '.join(rule.offer)} for {money_text(rule.unit_milli, currency)}, "
                f"only short {rule.only_short}, consent {consent}"
            )
        case CarrierChoice():
            return f"use {', '.join(sorted(rule.use))}"
        case SplitChoice(policy=split):
            return (
                f"{split.shipments_max} shipments of {split.value_min_minor} minor units, "
                f"{money_text(split.extra_shipment_milli, currency)} for each after the first, "
                f"units {split.split_units}, complete {split.ship_complete}"
            )
        case BackorderChoice(policy=policy):
            return (
                f"{policy.action} for {money_text(policy.unit_milli, currency)}, "
                f"until release {policy.until_release}, at most {policy.days_max} days, "
                f"{policy.line_units_max} units of a line, {policy.product_units_max} of a product"
            )
        case _:
            return ""


def _dates(window: Window) -> str:
    return window.text(None)


def text_of(term: Term, currency: str) -> str:
    """The expression, with each part in its one spelling."""
    match term:
        case Literal():
            return value_text(term.type, term.value, currency)
        case Read():
            return term.fact.name
        case Has():
            return f"has({term.fact.name})"
        case Default():
            return f"default({term.fact.name}, {value_text(term.type, term.value, currency)})"
        case Not(operand=Not(operand=inner)):
            return text_of(inner, currency)
        case Not(operand=Compare() as inner):
            return _compared(_OPPOSITE[inner.sign], inner, currency)
        case Not():
            return f"!({text_of(term.operand, currency)})"
        case Every() | Either():
            sign = "&&" if isinstance(term, Every) else "||"
            texts = sorted(_operands(term, currency))
            return texts[0] if len(texts) == 1 else f"({f' {sign} '.join(texts)})"
        case Compare():
            return _compared(term.sign, term, currency)
        case Within():
            words = sorted(value_text(term.left.type, value, currency) for value in term.values)
            left = text_of(term.left, currency)
            return f"{left} == {words[0]}" if len(words) == 1 else f"{left} in [{', '.join(words)}]"
        case StartsWith():
            return f'{text_of(term.left, currency)}.startsWith("{term.prefix}")'
        case Arithmetic():
            left, right = text_of(term.left, currency), text_of(term.right, currency)
            if term.sign in "+*":
                left, right = sorted((left, right))
            return f"({left} {term.sign} {right})"
        case Divide():
            left, right = text_of(term.left, currency), text_of(term.right, currency)
            return f"div({left}, {right}, {value_text(term.type, term.value, currency)})"
        case ToFloat():
            return f"float({text_of(term.operand, currency)})"
        case Fold():
            return f"lines.{term.kind}({text_of(term.operand, currency)})"
        case _:
            raise AssertionError(f"no text of {type(term).__name__}")


def _operands(term: Every | Either, currency: str) -> set[str]:
    """The texts of all operands, those of the same kind within spread out."""
    texts: set[str] = set()
    for operand in term.operands:
        if isinstance(operand, Every | Either) and type(operand) is type(term):
            texts |= _operands(operand, currency)
        else:
            texts.add(text_of(operand, currency))
    return texts


def _compared(sign: str, term: Compare, currency: str) -> str:
    left, right = text_of(term.left, currency), text_of(term.right, currency)
    if isinstance(term.left, Literal) or (
        sign in _OPPOSITE and not isinstance(term.right, Literal) and right < left
    ):
        left, sign, right = right, _MIRRORED[sign], left
    return f"{left} {sign} {right}"


def value_text(type_: Type, value: Value, currency: str) -> str:
    """A value as the author would write it: `"GOLD"`, `usd(1.5)`, `kg(2)`, `clock("16:30")`."""
    match type_:
        case Type.STRING:
            return f'"{value}"'
        case Type.BOOL:
            return "true" if value else "false"
        case Type.MONEY:
            return money_text(int(value), currency)
        case Type.CLOCK:
            return clock_text(int(value))
        case _ if type_ in BASE_UNITS:
            return quantity_text(type_, int(value))
        case _:
            return str(value)
