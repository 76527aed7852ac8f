"""Forms that test texts: by the codes of a batch's dictionaries, so that each word is looked at once."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from router.rules.expressions.arrays import (
    COMPARISONS,
    FEW,
    Array,
    equals_one_of,
    is_one_of,
)
from router.rules.expressions.columns import EVERYWHERE, NOWHERE, Columns, Form, paired, present_of, read_of
from router.rules.expressions.families import Varying
from router.rules.expressions.terms import Compare, Default, Literal, Read, StartsWith, Term, Within

Words = Callable[[Columns], Sequence[str]]
"""The dictionary of a text's codes."""

NO_CODE = -1
"""Of a text that is not in a dictionary."""

DICTIONARIES_KEPT = 256
"""Channels, regions and categories are few, so batches have the same dictionaries over and over."""


def codes_and_words(text: Term, form_of: Callable[[Term], Form]) -> tuple[Form, Words]:
    """A text as codes, and what they stand for."""
    assert isinstance(text, Read | Default), "checked: a text is a literal or a fact"
    name = text.fact.name
    if isinstance(text, Read):
        return form_of(text), lambda columns: columns.facts.columns[name].dictionary or ()
    read, present, otherwise = read_of(text.fact), present_of(text.fact), str(text.value)

    def words(columns: Columns) -> Sequence[str]:
        known = columns.facts.columns[name].dictionary or ()
        return known if otherwise in known else (*known, otherwise)

    return lambda columns: np.where(present(columns), read(columns), words(columns).index(otherwise)), words


def comparison_of_texts(term: Compare, form_of: Callable[[Term], Form]) -> Form:
    compare, left, right = COMPARISONS[term.sign], term.left, term.right
    if isinstance(left, Literal | Varying):
        left, right = right, left
    if isinstance(left, Literal):
        assert isinstance(right, Literal), "two literals"
        return always((left.value == right.value) is (term.sign == "=="))
    codes, words = codes_and_words(left, form_of)
    if isinstance(right, Literal):
        word = str(right.value)

        def is_word(columns: Columns) -> Array:
            known = words(columns)
            return compare(codes(columns), known.index(word) if word in known else NO_CODE)

        return is_word
    if isinstance(right, Varying):
        wanted = tuple(map(str, right.values))
        return lambda columns: compare(codes(columns), codes_of(wanted, tuple(words(columns))))
    other_codes, other_words = codes_and_words(right, form_of)

    def translated(columns: Columns) -> Array:
        code_in_other = {text: code for code, text in enumerate(other_words(columns))}
        table = np.array([code_in_other.get(text, NO_CODE) for text in words(columns)], np.int64)
        translation: Array = table[codes(columns)]
        return translation

    one, other = paired(translated, other_codes, (left.axes, right.axes))
    return lambda columns: compare(one(columns), other(columns))


@lru_cache(DICTIONARIES_KEPT)
def codes_of(wanted: tuple[str, ...], words: tuple[str, ...]) -> Array:
    """The codes that a dictionary has for words, one for each member of a family; NO_CODE of a word that it lacks."""
    known = {word: code for code, word in enumerate(words)}
    return np.array([known.get(word, NO_CODE) for word in wanted], np.int64)[:, None, None, None]


def membership_of_texts(term: Within, form_of: Callable[[Term], Form]) -> Form:
    if len(term.values) > FEW or isinstance(term.left, Literal):
        return looked_up(term.left, term.values.__contains__, form_of)
    (codes, words), wanted = codes_and_words(term.left, form_of), tuple(map(str, term.values))

    def is_one(columns: Columns) -> Array:
        known = words(columns)
        return equals_one_of(codes(columns), [known.index(word) for word in wanted if word in known])

    return is_one


def starting(term: StartsWith, form_of: Callable[[Term], Form]) -> Form:
    prefix = term.prefix
    return looked_up(term.left, lambda text: text.startswith(prefix), form_of)


def looked_up(text: Term, holds: Callable[[str], bool], form_of: Callable[[Term], Form]) -> Form:
    """A test of texts, made once for each word of the dictionary."""
    if isinstance(text, Literal):
        return always(holds(str(text.value)))
    codes, words = codes_and_words(text, form_of)

    def found(columns: Columns) -> Array:
        known = words(columns)
        return is_one_of(codes(columns), [code for code, word in enumerate(known) if holds(word)], len(known))

    return found


def always(holds: bool) -> Form:
    """What needs no columns."""
    values = EVERYWHERE if holds else NOWHERE
    return lambda columns: values
