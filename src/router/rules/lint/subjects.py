"""What the checks look at: each rule with all that must hold for it to have its effect, and where its parts stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from router.rules.blocks.dates import ALWAYS, Window
from router.rules.blocks.drafts import DEFAULT
from router.rules.blocks.effects import FIRST_MATCH, Block, Rule, RuleSet, Score
from router.rules.diagnostics import Span
from router.rules.expressions.terms import Literal, Term, conjunction, conjuncts
from router.rules.lint.domains import EPOCH
from router.rules.lint.outline import Outline
from router.rules.lint.relations import compare, literal, read
from router.rules.vocabulary import Type


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """One rule. `term`: it has its effect, dates and `applies` included. `own`: what the rule itself asks.

    `scene` is `applies` within the dates; `when` the rule's `when` (None without), `effect` the rest of `own`:
    what a ban forbids or a filter drops (None elsewhere).
    """

    rule: Rule
    one: RuleSet
    place: Mapping[str, Span]
    term: Term
    scene: Term
    own: Term
    when: Term | None
    effect: Term | None

    @property
    def name(self) -> str:
        return self.rule.ref.name

    @property
    def id(self) -> str:
        return self.name.rpartition("/")[2].removeprefix(f"{self.rule.block}.")

    @property
    def is_default(self) -> bool:
        return self.rule.block in FIRST_MATCH and self.id == DEFAULT

    @property
    def span(self) -> Span:
        """The rule's id, the place of findings about the rule as a whole."""
        return self.place["id"]

    @property
    def when_span(self) -> Span:
        return self.place.get("when", self.span)

    def __str__(self) -> str:
        """As messages name it."""
        return f"`{self.id}`"


def subjects_of(sets: Sequence[RuleSet], outlines: Mapping[str, Outline]) -> tuple[Subject, ...]:
    """Every rule, in the order in which rule sets and blocks are read."""
    return tuple(
        _subject(rule, one, outlines[one.applies.span.source.name])
        for one in sets
        for block in Block
        for rule in one.block(block)
    )


def _subject(rule: Rule, one: RuleSet, outline: Outline) -> Subject:
    place = outline.keys[rule.ref.name.rpartition("/")[2]]
    asked = (*conjuncts(rule.condition), *rule.shipment_terms)
    if isinstance(rule, Score):
        asked += conjuncts(rule.earned)
    own = conjunction(*asked)
    when, effect = _parts(asked, place.get("when"))
    scene = conjunction(one.applies, *dates_of(rule.window))
    return Subject(
        rule=rule, one=one, place=place, term=conjunction(scene, own), scene=scene, own=own, when=when, effect=effect,
    )  # fmt: skip


def _parts(asked: Sequence[Term], when_span: Span | None) -> tuple[Term | None, Term | None]:
    """What stands under `when`, and the rest."""
    useful = [part for part in asked if not (isinstance(part, Literal) and part.value is True)]
    inside = [part for part in useful if when_span is not None and _encloses(when_span, part.span)]
    outside = [part for part in useful if part not in inside]
    when = None if when_span is None else conjunction(*inside) if inside else asked[0]
    return when, conjunction(*outside) if outside else None


def _encloses(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def dates_of(window: Window) -> tuple[Term, ...]:
    """Dates as conditions on the instant."""
    if window == ALWAYS:
        return ()
    after = compare(">=", read(EPOCH), literal(Type.INT, window.start))
    before = compare("<", read(EPOCH), literal(Type.INT, window.end))
    return tuple(
        term
        for term, bound in ((after, window.start), (before, window.end))
        if bound not in (ALWAYS.start, ALWAYS.end)
    )
