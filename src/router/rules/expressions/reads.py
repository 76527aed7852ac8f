"""Where a term reads facts of its own cell; what it gathers over all lines of an order is a fact of the order."""

from collections.abc import Iterable, Iterator

from router.rules.expressions.terms import Fold, Term
from router.rules.vocabulary import Fact, Scope

LINE_SCOPES = (Scope.LINE, Scope.STOCK)


def reads_of(term: Term) -> Iterator[tuple[Term, Fact]]:
    """Each place where a fact is read, in the order of the text."""
    if isinstance(term, Fold):
        return
    if term.own_fact is not None:
        yield term, term.own_fact
    for part in term.parts:
        yield from reads_of(part)


def names_of(terms: Iterable[Term], *scopes: Scope) -> str:
    """The facts of these scopes that the terms read, for a message: "`line.sku`, `line.weight`"."""
    names = {fact.name for term in terms for _, fact in reads_of(term) if fact.scope in scopes}
    return ", ".join(f"`{name}`" for name in sorted(names))
