"""L210: a fence that is cheaper to break than to keep, and one that vanishes outside its own dates."""

from collections.abc import Iterator

from router.rules.blocks.effects import Ban, Block
from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.scalar import constant
from router.rules.expressions.units import MILLI, money_text
from router.rules.lint.pack import Pack, finding


def check_softening(pack: Pack) -> Iterator[Diagnostic]:
    for subject in pack.of(Block.CONSTRAINTS):
        rule = subject.rule
        assert isinstance(rule, Ban)
        if "effective" in subject.place:
            does = "is priced only inside its dates and allowed" if rule.soften is not None else "is no fence"
            yield finding(
                Code.CHEAP_FENCE, subject.place["effective"], f"{subject} {does} outside its dates",
                help="to price it for a while, write the dates under `soften`; a season has a rule set with dates",
            )  # fmt: skip
        gain_minor = pack.history.gain_minor.get(subject.name, 0) if pack.history is not None else 0
        if rule.soften is None or rule.soften.amount.facts or not gain_minor:
            continue
        price_milli = int(constant(rule.soften.amount))
        if price_milli < gain_minor * MILLI:
            yield finding(
                Code.CHEAP_FENCE, subject.place["soften"],
                f"breaking {subject} costs {money_text(price_milli, pack.currency)} and usually saves "
                f"{money_text(gain_minor * MILLI, pack.currency)}",
                expected="a price above what breaking the fence usually saves", help="raise `cost`",
            )  # fmt: skip
