"""The forms of a pack's terms: each distinct term is one function of a batch, made once.

Where orders have to be spread over their lines, and where looking whether anything is left to decide may save work, is
known from the terms alone. So is what several rules share: only that is kept while a batch is judged.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from router.rules.expressions.amounts import Due, Missed, due_form, missed_form
from router.rules.expressions.arrays import (
    COMPARISONS,
    Array,
    Bools,
    calculated,
    divided_by,
    equals_one_of,
    folded,
    joined_to_services,
    quotient,
)
from router.rules.expressions.columns import (
    EVERYWHERE,
    NOWHERE,
    Columns,
    Form,
    over_lines,
    paired,
    present_of,
    read_of,
    spread_of,
)
from router.rules.expressions.families import Family, Varying, constant_of, families_of, most_of, slices
from router.rules.expressions.terms import (
    FLOAT_BOUND,
    Arithmetic,
    Compare,
    Default,
    Divide,
    Either,
    Every,
    Fold,
    Has,
    Junction,
    Literal,
    Not,
    Read,
    StartsWith,
    Term,
    ToFloat,
    Within,
)
from router.rules.expressions.texts import (
    codes_and_words,
    comparison_of_texts,
    membership_of_texts,
    starting,
)
from router.rules.vocabulary import Type

AXES_KEPT_MAX = 2
"""Values of more axes are rarely shared and would hold much memory."""

FAMILY_VALUES_MAX = 500_000
"""LIMIT: members with more values in all are computed one by one; there numpy has enough to do with each."""


Join = Callable[[Any, Any], Bools]


class Forms:
    """The forms of some terms and of all their parts, for any thread: what is kept is kept by the columns."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = tuple(terms)
        self._uses: Counter[Term] = Counter()
        for term in self._terms:
            self._count(term)
        self._made: dict[Term, Form] = {}
        self.kept_count = 0
        """How many values a batch keeps room for."""
        self.family_count = 0
        self._in_families: set[Term] = set()
        for family in families_of(self._terms):
            self._keep_family(family)
        # By identity: to look a term up by its value is to hash all its parts.
        self._of = {
            id(term): (self.form(term), term.of_lines, term in self._in_families) for term in self._terms
        }

    def of(self, term: Term) -> tuple[Form, bool, bool]:
        """The form of one of the terms given, that very one; whether its first axis counts lines; and whether it gives
        NOWHERE or NOTHING, those very arrays, where all is false or zero.
        """
        return self._of[id(term)]

    def form(self, term: Term) -> Form:
        """The form of a term or of a part of one."""
        if (made := self._made.get(term)) is None:
            made = _MAKERS[type(term)](self, term)
            if self._uses[term] > 1 and term.facts and len(term.axes) <= AXES_KEPT_MAX:
                made = self._kept(made)
            self._made[term] = made
        return made

    def _count(self, term: Term) -> None:
        """How many rules and different terms have each term as a part."""
        self._uses[term] += 1
        if self._uses[term] == 1:
            for part in term.parts:
                self._count(part)

    def _kept(self, form: Form) -> Form:
        place, self.kept_count = self.kept_count, self.kept_count + 1

        def kept(columns: Columns) -> Array:
            if (values := columns.kept[place]) is None:
                values = columns.kept[place] = form(columns)
            return values

        return kept

    def _keep_family(self, family: Family) -> None:
        """The values of all members are computed when those of one are asked for."""
        place, self.family_count = self.family_count, self.family_count + 1
        whole, axes, count = self.form(family.whole), family.whole.axes, len(family.members)

        def member(number: int, alone: Form) -> Form:
            def values(columns: Columns) -> Array:
                if (found := columns.families[place]) is None:
                    if count * columns.size_of(axes) > FAMILY_VALUES_MAX:
                        return slices(alone(columns)[None], 1)[0]
                    found = columns.families[place] = slices(whole(columns), count)
                return found[number]

            return values

        for number, term in enumerate(family.members):
            self._made[term] = member(number, self.form(term))
            self._in_families.add(term)

    def varying(self, term: Varying) -> Form:
        value = constant_of(term)
        return lambda columns: value

    def literal(self, term: Literal) -> Form:
        value = constant_of(term)
        return lambda columns: value

    def default(self, term: Default) -> Form:
        if term.type is Type.STRING:
            return codes_and_words(term, self.form)[0]
        read, present, otherwise = read_of(term.fact), present_of(term.fact), term.value
        return lambda columns: np.where(present(columns), read(columns), otherwise)

    def negation(self, term: Not) -> Form:
        operand = self.form(term.operand)
        return lambda columns: np.logical_not(operand(columns))

    def calculation(self, term: Arithmetic) -> Form:
        sign, type_ = term.sign, term.type
        if sign == "/":
            divided, divisor = self.form(term.left), term.right
            assert isinstance(divisor, Literal | Varying), "checked: a divisor is a literal"
            by = divided_by(
                type_, constant_of(divisor) if isinstance(divisor, Varying) else float(divisor.value)
            )
            return lambda columns: by(divided(columns))
        left, right = self._pair(term)
        if type_ is Type.FLOAT and sign in "+-" and most_of(term.left) + most_of(term.right) <= FLOAT_BOUND:
            add = np.add if sign == "+" else np.subtract
            return lambda columns: add(left(columns), right(columns))
        return lambda columns: calculated(sign, type_, left(columns), right(columns))

    def division(self, term: Divide) -> Form:
        (left, right), type_, otherwise = self._pair(term), term.type, term.value

        def divided(columns: Columns) -> Array:
            divisor = right(columns)
            is_zero = np.equal(divisor, 0)
            values = quotient(type_, left(columns), np.where(is_zero, np.ones_like(divisor), divisor))
            return np.where(is_zero, otherwise, values)

        return divided

    def to_float(self, term: ToFloat) -> Form:
        operand = self.form(term.operand)
        return lambda columns: operand(columns).astype(np.float64)

    def comparison(self, term: Compare) -> Form:
        if term.left.type is Type.STRING:
            return comparison_of_texts(term, self.form)
        compare = COMPARISONS[term.sign]
        if isinstance(term.right, Literal):
            # A bare number is compared faster than an array of one.
            compared, value = self.form(term.left), term.right.value
            return lambda columns: compare(compared(columns), value)
        left, right = self._pair(term)
        return lambda columns: compare(left(columns), right(columns))

    def membership(self, term: Within) -> Form:
        if term.left.type is Type.STRING:
            return membership_of_texts(term, self.form)
        operand, wanted = self.form(term.left), sorted(term.values)
        return lambda columns: equals_one_of(operand(columns), wanted)  # type: ignore[arg-type]

    def fold(self, term: Fold) -> Form:
        """An order's value from those of its lines."""
        operand, kind, type_ = self.form(term.operand), term.kind, term.type
        of_lines = over_lines(operand) if term.operand.axes == "O" else operand

        def fold(columns: Columns) -> Array:
            facts = columns.facts
            values = np.broadcast_to(of_lines(columns)[:, 0, 0], facts.line_count)
            return folded(kind, type_, values, facts.line_order, facts.order_count)[:, None, None]

        return fold

    def joined(self, term: Junction, join: np.ufunc, decided: Array) -> Form:
        """Operands joined from the fewest axes to the most; larger ones are not computed where all is `decided`."""
        first = term.ranked[0]
        begin, is_all = self.form(first), bool(decided.item())
        axes, axes_before = first.axes, first.axes
        others: list[tuple[Form, bool, bool, bool, Join]] = []
        for operand in term.ranked[1:]:
            is_larger = len(operand.axes) > len(axes)
            axes = operand.axes if is_larger else axes
            is_of_services = operand.axes == "S" and "S" not in axes_before
            how = partial(joined_to_services, join) if is_of_services else join
            others.append((self.form(operand), is_larger, *spread_of(axes_before, operand.axes), how))
            axes_before = "".join(axis for axis in "OLNS" if axis in axes_before + operand.axes)

        def joined(columns: Columns) -> Array:
            values = begin(columns)
            for form, is_larger, spreads, spreads_other, how in others:
                if is_larger and np.count_nonzero(values) == (values.size if is_all else 0):
                    return decided
                other = form(columns)
                values = how(
                    columns.over_lines(values) if spreads else values,
                    columns.over_lines(other) if spreads_other else other,
                )
            return values

        return joined

    def _pair(self, term: Arithmetic | Divide | Compare) -> tuple[Form, Form]:
        """The forms of both sides, their values with the same first axis."""
        return paired(self.form(term.left), self.form(term.right), (term.left.axes, term.right.axes))


_MAKERS: Mapping[type[Term], Callable[[Forms, Any], Form]] = {
    Compare: Forms.comparison,
    Within: Forms.membership,
    StartsWith: lambda forms, term: starting(term, forms.form),
    Has: lambda forms, term: present_of(term.fact),
    Fold: Forms.fold,
    Every: lambda forms, term: forms.joined(term, np.logical_and, NOWHERE),
    Either: lambda forms, term: forms.joined(term, np.logical_or, EVERYWHERE),
    Not: Forms.negation,
    Read: lambda forms, term: read_of(term.fact),
    Default: Forms.default,
    Literal: Forms.literal,
    Arithmetic: Forms.calculation,
    Divide: Forms.division,
    ToFloat: Forms.to_float,
    Varying: Forms.varying,
    Due: lambda forms, term: due_form(term, forms.form),
    Missed: lambda forms, term: missed_form(term, forms.form),
}
"""How the form of each kind of term is made."""
