"""L304: words of lists that no recorded order matched, while others of the same list were matched.

Only facts of orders and lines are asked: which words a node or a service may be, no order tells. A word that the file
names elsewhere too is meant as it is written, and of a list of rarities, as of customers, no single one is odd.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from router.rules.blocks.effects import RuleSet
from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.terms import Term, Within
from router.rules.lint.history import ORDERS_MIN, days_of, was_effective
from router.rules.lint.outline import ListPlace
from router.rules.lint.pack import History, Pack, finding
from router.rules.lint.survey import view_of
from router.rules.vocabulary import Fact, Scope, Type

COMMON = 20
"""So many orders must match each of the other words on average before one that matches none is odd."""

_NAMED_LIST = re.compile(r"\blists\.(\w+)[\s)]*$")


@dataclass(slots=True)
class Use:
    """How rules read a list: the facts it is compared with, and the words that stand for absent ones.

    `is_told`: whether recorded orders tell of all of them.
    """

    facts: set[Fact] = field(default_factory=set)
    defaults: set[str] = field(default_factory=set)
    is_told: bool = True


def words_asked(sets: Iterable[RuleSet]) -> Mapping[Fact, frozenset[str]]:
    """The words after `in` by the fact that is compared with them, for facts that orders tell."""
    asked: dict[Fact, frozenset[str]] = {}
    for one in sets:
        for term in (one.applies, *(term for rule in one.rules for term in rule.terms)):
            for within in _withins(term):
                view = view_of(within.left)
                if view is not None and _is_recorded(view[0]):
                    asked[view[0]] = asked.get(view[0], frozenset()).union(map(str, within.values))
    return asked


def check_unmet_words(pack: Pack) -> Iterator[Diagnostic]:
    history = pack.history
    if history is None or history.orders < ORDERS_MIN:
        return
    for (file, name), use in _uses(pack, history).items():
        if use.is_told and use.facts:
            yield from _unmatched(pack.outlines[file].lists[name], name, use, history)


def _unmatched(place: ListPlace, name: str, use: Use, history: History) -> Iterator[Diagnostic]:
    """The words that no order had; none of a list of which most are like that, or all are seldom."""
    words = {item.text: item.span for item in reversed(place.items)}
    counts = {
        (fact.name, word): history.words.get((fact.name, word), 0)
        for fact in sorted(use.facts, key=lambda one: one.name)
        for word in sorted(words)
    }
    matched = {word for (_, word), count in counts.items() if count} | use.defaults & words.keys()
    missed = [word for word in words if word not in matched]
    others = len(words) - len(missed)
    if not missed or len(missed) > others or sum(counts.values()) < COMMON * others:
        return
    fact, best = max(counts, key=lambda one: counts[one])
    for word in missed:
        if _is_named_elsewhere(word, place):
            continue
        yield finding(
            Code.ODD, words[word],
            f"`{word}` in the list `{name}` matched none of {history.orders} orders in {days_of(history)}; "
            f"`{fact}` was `{best}` in {counts[fact, best]}",
            help="correct it if it is misspelled, delete it if it is out of use; leave it if it is still to come",
        )  # fmt: skip


def _is_named_elsewhere(word: str, place: ListPlace) -> bool:
    """Whether the file has the word outside this list, be it in a comment."""
    text = place.span.source.text
    named = re.findall(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)
    return len(named) > sum(item.text == word for item in place.items)


def _uses(pack: Pack, history: History) -> Mapping[tuple[str, str], Use]:
    """By file and name, how each list is read."""
    uses: dict[tuple[str, str], Use] = {}
    for subject in pack.subjects:
        for term in (subject.one.applies, *subject.rule.terms):
            for within in _withins(term):
                name = _list_named(within)
                if name is None:
                    continue
                use, view = uses.setdefault((within.span.source.name, name), Use()), view_of(within.left)
                if view is None or not _is_recorded(view[0]) or not was_effective(pack, subject, history):
                    use.is_told = False
                    continue
                use.facts.add(view[0])
                if view[1] is not None:
                    use.defaults.add(str(view[1]))
    return uses


def _withins(term: Term) -> Iterator[Within]:
    """Every place where a text is looked for among words, those inside folds included."""
    if isinstance(term, Within) and term.left.type is Type.STRING:
        yield term
    for part in term.parts:
        yield from _withins(part)


def _list_named(within: Within) -> str | None:
    """The name of the list on the right of `in`; None if words stand there."""
    span = within.span
    found = _NAMED_LIST.search(span.source.text[span.start : span.end])
    return found[1] if found else None


def _is_recorded(fact: Fact) -> bool:
    """Whether each order brings its own word. A fact with a closed set of words has no misspelled ones."""
    return fact.scope in (Scope.ORDER, Scope.LINE) and not fact.values
