"""L206 and L207: orders that no node may ship, for fences, or fences and carrier rules, together forbid everything."""

from collections.abc import Iterator, Sequence

from router.rules.blocks.dates import Window
from router.rules.blocks.effects import Ban, Block, CarrierChoice
from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.terms import Term, Within, conjunction
from router.rules.lint.pack import Pack, finding, listed
from router.rules.lint.relations import either, every, literal, negated, read
from router.rules.lint.stranded import OF_ORDERS, Fence, Question
from router.rules.lint.subjects import Subject, dates_of
from router.rules.vocabulary import FACTS, Scope, Type

FINDINGS_MAX = 5


def check_nothing_left(pack: Pack) -> Iterator[Diagnostic]:
    """L206. Shipments may be of any size: what only large ones are refused is not in the way."""
    fences = _hard_fences(pack)
    question = Question(pack, OF_ORDERS, fences)
    for _ in range(FINDINGS_MAX):
        stranded = question.find_stranded(fences)
        if stranded is None:
            return
        last = stranded.core[-1].subject
        if len(stranded.core) > 1 or not _is_contradiction(pack, last):
            yield finding(
                Code.NOTHING_LEFT, last.span,
                f"nothing is left for some orders: {_sentence(stranded.core)} every node and service",
                expected="a node and a service that are allowed for every order",
                help="let one of them pass, or refuse such orders with a condition on the order alone",
                witness=question.witness(stranded),
            )  # fmt: skip
        fences = [one for one in fences if one.subject is not last]


def check_no_carrier_left(pack: Pack) -> Iterator[Diagnostic]:
    """L207."""
    fences = _hard_fences(pack)
    choices = pack.of(Block.CARRIERS)
    if not choices:
        return
    question = Question(pack, OF_ORDERS | {Scope.SHIPMENT}, [*fences, _not_chosen(choices)])
    for _ in range(min(FINDINGS_MAX, len(choices))):
        chain = _not_chosen(choices)
        stranded = question.find_stranded([*fences, chain])
        if stranded is None:
            return
        decisive = question.decisive(choices, stranded, fences)
        if decisive is None:
            return
        others = [one for one in stranded.core if one is not chain]
        if others:
            forbid = f"{_sentence(others)} all services that it names"
            yield finding(
                Code.NO_CARRIER_LEFT, decisive.span,
                f"no carrier is left for some shipments that {decisive} decides: {forbid}",
                help="name a service that is allowed for them, or exclude them in `when`",
                witness=question.witness(stranded),
            )  # fmt: skip
        choices = [one for one in choices if one is not decisive]


def _sentence(core: Sequence[Fence]) -> str:
    subjects = list(dict.fromkeys(one.subject for one in core))
    return f"{listed(subjects)} forbid{'s' if len(subjects) == 1 else ''}"


def _is_contradiction(pack: Pack, subject: Subject) -> bool:
    """Whether the rule alone is a filter that never keeps a node, which is a finding of its own."""
    if subject.rule.block is not Block.FILTERS or subject.effect is None:
        return False
    when = () if subject.when is None else (subject.when,)
    return pack.prover.ask([subject.scene, *when, negated(subject.effect)]).is_none


def _hard_fences(pack: Pack) -> list[Fence]:
    return [
        Fence(subject, conjunction(subject.term, *_outside_soft_dates(subject)))
        for subject in pack.of(Block.FILTERS, Block.CONSTRAINTS)
    ]


def _outside_soft_dates(subject: Subject) -> tuple[Term, ...]:
    """A softened ban is hard outside the dates of its price."""
    if not isinstance(subject.rule, Ban) or subject.rule.soften is None:
        return ()
    window: Window = subject.rule.soften.window
    return (negated(conjunction(literal(Type.BOOL, True), *dates_of(window))),)


def _not_chosen(choices: Sequence[Subject]) -> Fence:
    """The services that the first match does not name, as one fence."""
    removed: Term = literal(Type.BOOL, False)
    for subject in reversed(choices):
        assert isinstance(subject.rule, CarrierChoice)
        named = Within(
            type=Type.BOOL,
            span=subject.own.span,
            left=read(FACTS["service.id"]),
            values=frozenset(subject.rule.use),
        )
        removed = either(every(subject.term, negated(named)), every(negated(subject.term), removed))
    return Fence(choices[0], removed)
