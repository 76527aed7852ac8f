"""L211: products that `substitutes` offer in vain: what the line itself asks for, or what nobody registered."""

from collections.abc import Iterator

from router.rules.blocks.effects import Block, Substitute
from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.terms import Compare, Literal, Read, Term, Within
from router.rules.lint.pack import Pack, finding
from router.rules.lint.subjects import Subject
from router.rules.vocabulary import FACTS

SKU = FACTS["line.sku"]


def check_offers(pack: Pack) -> Iterator[Diagnostic]:
    for subject in pack.of(Block.SUBSTITUTES):
        assert isinstance(subject.rule, Substitute), "of this block"
        for sku in subject.rule.offer:
            place = subject.place[f"offer.{sku}"]
            if pack.products is not None and sku not in pack.products:
                yield finding(
                    Code.IDLE_OFFER, place, f"{subject} offers `{sku}`, which is no product here: it is never sent",
                    help="correct it if it is misspelled, or put the product first",
                )  # fmt: skip
            elif is_asked_for(pack, subject, sku):
                yield finding(
                    Code.IDLE_OFFER, place, f"{subject} offers `{sku}` to lines that ask for it: that changes nothing",
                    help="take it out, or name the product that it replaces in `when`",
                )  # fmt: skip


def is_asked_for(pack: Pack, subject: Subject, sku: str) -> bool:
    """Whether every line that the rule is for asks for this product already: its `when` says so and nothing else."""
    if subject.when is None:
        return False
    holding = [subject.scene, subject.when]
    return any(
        pack.prover.ask(holding, [term]).is_none and pack.prover.ask(holding).is_found
        for term in names_of(subject.when, sku)
    )


def names_of(term: Term, sku: str) -> Iterator[Term]:
    """The parts of a condition that hold for lines of this product alone."""
    match term:
        case Compare(sign="==", left=Read(fact=fact), right=Literal(value=value)) if (
            fact is SKU and value == sku
        ):
            yield term
        case Within(left=Read(fact=fact), values=values) if fact is SKU and set(values) == {sku}:
            yield term
    for part in term.parts:
        yield from names_of(part, sku)
