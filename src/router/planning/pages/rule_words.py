"""What a rule does, in a sentence made from its condition's tree and its effect."""

from collections.abc import Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from router.domain.plan import UnshippedAction
from router.planning.pages.fact_words import money_words, quantity_words
from router.planning.pages.words import clause, is_always, listed, noun
from router.rules.blocks.effects import (
    BackorderChoice,
    Ban,
    CarrierChoice,
    Cost,
    Filter,
    Group,
    OnAccount,
    OrderHold,
    Rule,
    SafetyStock,
    Score,
    SplitChoice,
    StockCap,
    Substitute,
)
from router.rules.expressions.terms import Literal, Term
from router.rules.verdicts import Per, SplitUnits
from router.rules.vocabulary import Type

PER_WORDS = {
    Per.SHIPMENT: "per shipment", Per.PARCEL: "per parcel", Per.LINE: "per line", Per.UNIT: "per unit",
    Per.LATE_DAY: "for each day late",
}  # fmt: skip
UNIT_WORDS = {
    SplitUnits.NEVER: "the units of a line stay together",
    SplitUnits.WHEN_SHORT: "the units of a line may be shared out when no one place holds them all",
    SplitUnits.ALWAYS: "the units of a line may be shared out",
}
ACTION_WORDS = {
    UnshippedAction.BACKORDER: "wait for stock",
    UnshippedAction.CANCEL: "are canceled",
    UnshippedAction.HOLD: "wait for a person",
}


def sentence_of(rule: Rule, zone: ZoneInfo | None, currency: str) -> str:
    """The sentence; dates are local to `zone`, UTC without one."""
    when = when_words(rule, currency)
    match rule:
        case OrderHold():
            return f"An order is held until a person releases it{when}."
        case OnAccount():
            return f"The goods of an order may leave unpaid{when}."
        case Substitute():
            return substitute_words(rule, when, currency)
        case Filter():
            return f"A node takes no part{when}."
        case Ban():
            return f"{banned_words(rule)}{when}.{soften_words(rule, zone, currency)}"
        case Group():
            return f"Lines{when.replace(' if ', ' where ', 1)} leave in one shipment or not at all."
        case SafetyStock():
            stay = "stays" if isinstance(rule.keep, Literal) and rule.keep.value == 1 else "stay"
            return f"{units_words(rule.keep, currency)} of a product {stay} at the node{when}."
        case StockCap():
            return f"An order takes at most {cap_words(rule, currency)}{when}."
        case Score():
            return score_words(rule, currency)
        case Cost():
            return f"{cost_words(rule, currency)}{when}."
        case CarrierChoice():
            return (
                f"Only {listed(sorted(rule.use), 'or')} may be used{when}."
                if rule.use
                else f"Nothing may be used{when}."
            )
        case SplitChoice():
            return split_words(rule, when, currency)
        case BackorderChoice():
            return backorder_words(rule, when, currency)
        case _:
            raise AssertionError(f"no words for {type(rule).__name__}")


def when_words(rule: Rule, currency: str) -> str:
    """` if …`, empty for always."""
    return if_words((rule.condition, *rule.shipment_terms), currency)


def if_words(terms: Sequence[Term], currency: str) -> str:
    said = [clause(term, currency) for term in terms if not is_always(term)]
    return f" if {' and '.join(said)}" if said else ""


def substitute_words(rule: Substitute, when: str, currency: str) -> str:
    """Which products may be sent instead, when, for whom and at which price."""
    price = f", at a price of {money_words(rule.unit_milli, currency)} per unit" if rule.unit_milli else ""
    short = " where too little of it can be sent" if rule.only_short else ""
    whom = "" if rule.consent_assumed else " to customers who take substitutes"
    return f"Instead of a product {listed(rule.offer, 'or')} may be sent{whom}{short}{when}{price}."


def banned_words(rule: Ban) -> str:
    """What a ban forbids: it is about a line, a shipment, or every order alike."""
    if rule.shipment_terms:
        return "A shipment may not leave this way"
    return (
        "A line may not leave this way" if rule.condition.of_lines else "A node and service may not be used"
    )


def soften_words(rule: Ban, zone: ZoneInfo | None, currency: str) -> str:
    """Where the ban is a price instead."""
    if rule.soften is None:
        return ""
    dates = rule.soften.window.words(zone)
    price = f"{noun(rule.soften.amount, currency)} {PER_WORDS[rule.soften.per]}"
    return f" {dates[:1].upper() + dates[1:] or 'At any time'} it is allowed, at a price of {price}."


def units_words(term: Term, currency: str) -> str:
    if isinstance(term, Literal):
        return "1 unit" if term.value == 1 else f"{term.value:,} units"
    return f"As many units as {noun(term, currency)}"


def cap_words(rule: StockCap, currency: str) -> str:
    if isinstance(rule.limit, Fraction):
        return f"{float(100 * rule.limit):g} % of the stock there"
    return units_words(rule.limit, currency).replace("As many", "as many")


def score_words(rule: Score, currency: str) -> str:
    """A score is a price for the points that a place misses."""
    worth, per = money_words(rule.full_milli, currency), PER_WORDS[rule.per]
    whose = if_words((rule.condition,), currency)
    where = "" if is_always(rule.earned) else f" where {clause(rule.earned, currency)}"
    if isinstance(rule.value, Literal) and rule.value.value == 1.0:
        return f"Places{where} are preferred: all others cost {worth} more {per}{whose}."
    scale = f"the nearer {noun(rule.value, currency)} comes to 1, the better"
    return f"Places{where} are preferred by up to {worth} {per}: {scale}{whose}."


def cost_words(rule: Cost, currency: str) -> str:
    per = PER_WORDS[rule.per]
    if isinstance(rule.amount, Literal) and rule.amount.type is Type.MONEY:
        amount = int(rule.amount.value)
        if amount < 0:
            return f"Takes {money_words(-amount, currency)} off {per}"
        return f"Adds {money_words(amount, currency)} {per}"
    return f"Adds {noun(rule.amount, currency)} {per}"


def split_words(rule: SplitChoice, when: str, currency: str) -> str:
    policy = rule.policy
    most = "one shipment" if policy.shipments_max == 1 else f"at most {policy.shipments_max} shipments"
    parts = [f"An order leaves in {most}{when}"]
    if policy.shipments_max > 1 and policy.extra_shipment_milli:
        parts.append(f"each after the first counts as {money_words(policy.extra_shipment_milli, currency)}")
    if policy.shipments_max > 1 and policy.value_min_minor:
        parts.append(
            f"each is worth at least {money_words(1_000 * policy.value_min_minor, currency)} if there are several"
        )
    parts.append(UNIT_WORDS[policy.split_units])
    if policy.ship_complete:
        parts.append("it ships whole or not at all")
    return "; ".join(parts) + "."


def backorder_words(rule: BackorderChoice, when: str, currency: str) -> str:
    policy = rule.policy
    until = " until the product's release" if policy.until_release else ""
    until += (
        f" for {quantity_words(Type.DAYS, policy.days_max)} at most" if policy.days_max is not None else ""
    )
    action = ACTION_WORDS[UnshippedAction(policy.action)]
    price = money_words(policy.unit_milli, currency)
    limits = ""
    if policy.line_units_max is not None:
        limits += f"; of a line {policy.line_units_max:,} at most, the rest is canceled"
    if policy.product_units_max is not None:
        most = f"{policy.product_units_max:,} at most over all orders"
        limits += f"; of a product {most}, what is ordered beyond is canceled"
    return f"Units that cannot ship {action}{until}{when}{limits}; leaving one out counts as {price}."
