"""A pack of rule files compiled: what the rest of the engine holds and asks. Start reading the rules here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from zoneinfo import ZoneInfo

from router.domain.identifiers import Digest, Instant
from router.rules.blocks.canonical import rule_text
from router.rules.blocks.conflicts import report_conflicts
from router.rules.blocks.effects import FIRST_MATCH, Block, Rule, RuleSet
from router.rules.blocks.rulefile import RuleFile, read_rule_file
from router.rules.diagnostics import Code, Diagnostic, Findings, Source, Span
from router.rules.evaluation.asked import Program, program_of
from router.rules.evaluation.evaluate import evaluate
from router.rules.evaluation.evaluation import with_calendar
from router.rules.evaluation.explain import Place, Silence, silence_of
from router.rules.evaluation.stock_limits import AVAILABLE
from router.rules.expressions.cost import cost_of, report_cost
from router.rules.expressions.scalar import Cell
from router.rules.text.budget import Budget
from router.rules.text.tree import Node
from router.rules.verdicts import Verdicts
from router.rules.vocabulary import Fact, Facts, Scope

FILES_MAX = 256
PACK_BYTES_MAX = 4 << 20

CASE_FILES = (".test.yaml", ".network.yaml")
"""How the names of files end that belong to a pack and are no rules."""
CAPACITY_FACTS = ("pair.booked", "pair.free_slots")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule as a list shows it.

    `place` counts from 1 in blocks where the first match decides, and is 0 elsewhere. `when` and `effect` are the
    rule's own words, `effective` its dates with those of its rule set. `meaning` is equal for two rules exactly if
    they do the same at the same dates, however they are spelled.
    """

    name: str
    block: Block
    place: int
    position: str
    because: str
    owner: str
    revision: str
    effective: str
    when: str
    effect: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRules:
    """A checked pack; evaluating it cannot fail. Rule sets stand in falling priority.

    `digest` names the files; `currency` is None in a pack without files; `fact_names` are the columns to build (facts
    of time and shipments need none), `attributes` the company's own among all facts by name; `service_ids_named` gives
    each service id of a `use` with the place that names it. `reads_stock` and `reads_capacity`: whether verdicts may
    change when stock or bookings do. `offered_skus` may be sent instead of others. `zones` are those in which facts of
    time are read.
    """

    digest: Digest
    currency: str | None
    sets: tuple[RuleSet, ...]
    fact_names: frozenset[str]
    attributes: tuple[Fact, ...]
    service_ids_named: Mapping[str, str]
    reads_stock: bool
    reads_capacity: bool
    offered_skus: frozenset[str]
    zones: tuple[ZoneInfo, ...]
    waiting_limits: Mapping[str, int]
    """Of rules that limit how many units of a product may wait, by name: how many."""
    _program: Program | None = field(init=False, default=None, compare=False, repr=False)

    def evaluate(self, facts: Facts, at: Sequence[Instant]) -> Verdicts:
        """The verdicts on a batch, `at[o]` being the instant of order o. `facts` needs the columns `fact_names`."""
        return evaluate(self._ready_program(), facts, at, self.zones)

    def _ready_program(self) -> Program:
        """Made for the first batch: many packs are only looked at. Two threads may both make it; either serves."""
        if self._program is None:
            object.__setattr__(self, "_program", program_of(self.sets))
        assert self._program is not None
        return self._program

    def explain(
        self, name: str, facts: Facts, cell: Cell, at: Sequence[Instant], metrics: Sequence[int] | None = None
    ) -> Silence | None:
        """Why the rule `name` is silent in a cell of the batch, None if it fires there.

        `metrics` measure the shipment that is meant, in the order of METRICS; without them what a rule asks of
        shipments counts as met. Raises KeyError without such a rule.
        """
        found = self.find(name)
        if found is None:
            raise KeyError(name)
        place = Place(
            facts=with_calendar(facts, at, self.zones), cell=cell, at=at[facts.line_order[cell.line]],
            currency=self.currency or "", metrics=metrics,
        )  # fmt: skip
        return silence_of(place, self.sets, *found)

    def find(self, name: str) -> tuple[RuleSet, Rule] | None:
        """The rule of this name (`pack/rule-id`) and its rule set."""
        return next(((one, rule) for one, rule in self._rules() if rule.ref.name == name), None)

    def without(self, name: str) -> "CompiledRules":
        """The pack as if the rule were not written, under a digest of its own. Raises KeyError without such a rule."""
        if self.find(name) is None:
            raise KeyError(name)
        sets = tuple(one.without(name) for one in self.sets)
        digest = Digest(sha256(f"{self.digest} without {name}".encode()).hexdigest())
        return _compiled(sets, digest, self.currency, self.attributes)

    def hardened(self, name: str) -> "CompiledRules":
        """The pack with the ban of this name never softened, under a digest of its own."""
        sets = tuple(one.hardened(name) for one in self.sets)
        digest = Digest(sha256(f"{self.digest} hardened {name}".encode()).hexdigest())
        return _compiled(sets, digest, self.currency, self.attributes)

    @property
    def rule_count(self) -> int:
        return sum(1 for _ in self._rules())

    def describe(self) -> tuple[RuleRow, ...]:
        """Every rule, in the order in which rule sets and blocks are read."""
        return tuple(
            _row(one, rule, place if block in FIRST_MATCH else 0, self.currency or "")
            for one in self.sets
            for block in Block
            for place, rule in enumerate(one.block(block), start=1)
        )

    def _rules(self) -> Iterator[tuple[RuleSet, Rule]]:
        return ((one, rule) for one in self.sets for rule in one.rules)


def _row(one: RuleSet, rule: Rule, place: int, currency: str) -> RuleRow:
    return RuleRow(
        name=rule.ref.name, block=rule.block, place=place, position=rule.ref.position, because=rule.ref.because,
        owner=one.owner, revision=one.revision, effective=rule.window.text(one.zone),
        when=rule.heading.when_text, effect=rule.heading.effect_text, meaning=rule_text(rule, currency),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNode:
    """The `tests` of a rule file as they stand there."""

    file: str
    set_id: str
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """All findings by position, and the rules if none is an error.

    `tests` are the cases inside rule files, `case_files` the files of cases and networks beside them.
    """

    diagnostics: tuple[Diagnostic, ...]
    rules: CompiledRules | None
    tests: tuple[CaseNode, ...] = ()
    case_files: Mapping[str, bytes] = field(default_factory=dict)


def compile_rules(files: Mapping[str, bytes]) -> Compilation:
    """Load, check and compile the files of a pack by name. Bad input ends in diagnostics, never in an exception.

    Safe to call from any thread: it keeps nothing between calls.
    """
    findings, budget = Findings(), Budget()
    if (too_much := _excess(files)) is not None:
        findings.add(Code.TOO_LARGE, Span(Source(min(files), ""), 0, 1), too_much)
        return Compilation(diagnostics=findings.listed(), rules=None)
    rule_files = [name for name in sorted(files) if not name.endswith(CASE_FILES)]
    read = [read_rule_file(name, files[name], budget, findings) for name in rule_files]
    known = [one for one in read if one is not None]
    report_conflicts(known, findings)
    report_cost(_costs(known), findings)
    assert findings.has_error() or len(known) == len(rule_files), "a file without rules has an error"
    return Compilation(
        diagnostics=findings.listed(),
        rules=None if findings.has_error() else _pack(known, _digest(files)),
        tests=tuple(
            CaseNode(file=one.id_span.source.name, set_id=one.rules.id, node=one.tests)
            for one in known
            if one.tests is not None
        ),
        case_files={name: files[name] for name in sorted(files) if name.endswith(CASE_FILES)},
    )


def _costs(files: Sequence[RuleFile]) -> Iterator[tuple[str, Span, int]]:
    """What evaluating each rule costs, at its condition."""
    for one in files:
        for rule in one.rules.rules:
            yield rule.ref.name, rule.condition.span, sum(cost_of(term) for term in rule.terms)


def no_rules() -> CompiledRules:
    """The empty pack: nothing is removed or charged, and the built-in policies of `effects.py` hold."""
    return _compiled((), _digest({}), None, ())


def _excess(files: Mapping[str, bytes]) -> str | None:
    if len(files) > FILES_MAX:
        return f"{len(files)} rule files; {FILES_MAX} is the most"
    size = sum(len(content) for content in files.values())
    return f"{size} bytes of rules; {PACK_BYTES_MAX} is the most" if size > PACK_BYTES_MAX else None


def _digest(files: Mapping[str, bytes]) -> Digest:
    """SHA-256 over names and contents, each led by its length so that no two packs read alike."""
    digest = sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return Digest(digest.hexdigest())


def _pack(files: Sequence[RuleFile], digest: Digest) -> CompiledRules:
    sets = sorted((one.rules for one in files), key=lambda one: (-one.priority, one.id))
    attributes = {name: fact for one in files for name, fact in one.attributes.items()}
    currency = files[0].currency if files else None
    return _compiled(tuple(sets), digest, currency, tuple(attributes[name] for name in sorted(attributes)))


def _compiled(
    sets: tuple[RuleSet, ...], digest: Digest, currency: str | None, attributes: tuple[Fact, ...]
) -> CompiledRules:
    facts_of_sets = [
        one.applies.facts.union(*(term.facts for rule in one.rules for term in rule.terms)) for one in sets
    ]
    facts = frozenset[Fact]().union(*facts_of_sets)
    named: dict[str, str] = {}
    for one in sets:
        for choice in one.carriers:
            for service_id, position in choice.use.items():
                named.setdefault(service_id, position)
    limits = [rule for one in sets for rule in (*one.safety_stock, *one.stock_caps)]
    zones = {
        one.zone.key: one.zone
        for one, read in zip(sets, facts_of_sets, strict=True)
        if one.zone is not None and any(fact.scope is Scope.TIME for fact in read)
    }
    return CompiledRules(
        digest=digest, currency=currency, sets=sets,
        fact_names=frozenset(
            {fact.name for fact in facts if fact.scope not in (Scope.TIME, Scope.SHIPMENT)}
            | ({"service.id"} if named else set()) | ({AVAILABLE} if limits else set())
        ),
        attributes=attributes, service_ids_named=named,
        reads_stock=bool(limits) or any(fact.scope is Scope.STOCK for fact in facts),
        reads_capacity=any(fact.name in CAPACITY_FACTS for fact in facts),
        offered_skus=frozenset(sku for one in sets for rule in one.substitutes for sku in rule.offer),
        zones=tuple(zones[key] for key in sorted(zones)),
        waiting_limits={
            rule.ref.name: rule.policy.product_units_max
            for one in sets for rule in one.backorder if rule.policy.product_units_max is not None
        },
    )  # fmt: skip
