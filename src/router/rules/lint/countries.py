"""L212: words that no country is called: what is compared with them never holds, or always does."""

from collections.abc import Iterator

from router.domain.countries import COUNTRIES
from router.rules.diagnostics import Code, Diagnostic, Span
from router.rules.expressions.terms import Compare, Literal, Read, Term, Value, Within
from router.rules.lint.domains import COUNTRY_FACTS
from router.rules.lint.pack import Pack, finding
from router.rules.vocabulary import Fact


def check_countries(pack: Pack) -> Iterator[Diagnostic]:
    conditions = [one.applies for one in pack.rules.sets]
    conditions += [term for subject in pack.subjects for term in subject.rule.terms]
    for condition in conditions:
        for fact, word, place in countries_of(condition):
            if word not in COUNTRIES:
                yield finding(
                    Code.UNKNOWN_COUNTRY, place, f"`{fact.name}` is never `{word}`: no country is called that",
                    expected="two capital letters of ISO 3166, such as `US`",
                    help="the United Kingdom is `GB`, Greece `GR`",
                )  # fmt: skip


def countries_of(term: Term) -> Iterator[tuple[Fact, Value, Span]]:
    """The words that facts which are countries are compared with, and where they stand."""
    match term:
        case (
            Compare(left=Read(fact=fact), right=Literal(value=word, span=place))
            | Compare(left=Literal(value=word, span=place), right=Read(fact=fact))
        ) if fact.name in COUNTRY_FACTS:
            yield fact, word, place
        case Within(left=Read(fact=fact), values=words, span=place) if fact.name in COUNTRY_FACTS:
            yield from ((fact, word, place) for word in sorted(words, key=str))
    for part in term.parts:
        yield from countries_of(part)
