"""A pack of rule files compiled: what the rest of the engine holds and asks. Start reading the rules here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from router.domain.identifiers import Digest, Instant
from router.rules.budget import Budget
from router.rules.conflicts import report_conflicts
from router.rules.diagnostics import Code, Diagnostic, Findings, Source, Span
from router.rules.effects import Block, Rule, RuleSet
from router.rules.evaluate import evaluate
from router.rules.explain import FalsePart, explain_condition
from router.rules.rulefile import read_rule_file
from router.rules.scalar import Cell
from router.rules.verdicts import Verdicts
from router.rules.vocabulary import Facts, Scope

FILES_MAX = 256
PACK_BYTES_MAX = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule as a list shows it."""

    name: str
    block: Block
    position: str
    because: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRules:
    """A checked pack; evaluating it cannot fail. Rule sets stand in falling priority.

    `digest` names the files; `currency` is None in a pack without files; `fact_names` are the columns to build;
    `service_ids_named` gives each service id of a `use` with the place that names it.
    """

    digest: Digest
    currency: str | None
    sets: tuple[RuleSet, ...]
    fact_names: frozenset[str]
    service_ids_named: Mapping[str, str]
    reads_stock: bool

    def evaluate(self, facts: Facts, at: Sequence[Instant]) -> Verdicts:
        """The verdicts on a batch, `at[o]` being the instant of order o. `facts` needs the columns `fact_names`."""
        return evaluate(self.sets, facts, at)

    def explain(self, name: str, facts: Facts, cell: Cell) -> FalsePart | None:
        """The first false part of what the rule `name` asks, its rule set's `applies` included; None if all holds.

        Dates and, in first-match blocks, earlier matches are not part of the condition. Raises KeyError without
        such a rule.
        """
        for one in self.sets:
            for rule in one.rules:
                if rule.ref.name == name:
                    false = explain_condition(one.applies, facts, cell, self.currency or "")
                    return false or explain_condition(rule.condition, facts, cell, self.currency or "")
        raise KeyError(name)

    @property
    def rule_count(self) -> int:
        return sum(1 for _ in self._rules())

    def describe(self) -> tuple[RuleRow, ...]:
        """Every rule, in the order in which rule sets and blocks are read."""
        return tuple(
            RuleRow(
                name=rule.ref.name, block=rule.block, position=rule.ref.position, because=rule.ref.because,
                owner=one.owner,
            )
            for one, rule in self._rules()
        )  # fmt: skip

    def _rules(self) -> Iterator[tuple[RuleSet, Rule]]:
        return ((one, rule) for one in self.sets for rule in one.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """All findings by position, and the rules if none is an error."""

    diagnostics: tuple[Diagnostic, ...]
    rules: CompiledRules | None


def compile_rules(files: Mapping[str, bytes]) -> Compilation:
    """Load, check and compile rule files by name. Bad input ends in diagnostics, never in an exception."""
    findings, budget = Findings(), Budget()
    if (too_much := _excess(files)) is not None:
        findings.add(Code.TOO_LARGE, Span(Source(min(files), ""), 0, 1), too_much)
        return Compilation(diagnostics=findings.listed(), rules=None)
    read = [read_rule_file(name, files[name], budget, findings) for name in sorted(files)]
    known = [one for one in read if one is not None]
    report_conflicts(known, findings)
    if findings.has_error():
        return Compilation(diagnostics=findings.listed(), rules=None)
    assert len(known) == len(files), "a file without rules has an error"
    sets = sorted((one.rules for one in known), key=lambda one: (-one.priority, one.id))
    currency = known[0].currency if known else None
    return Compilation(diagnostics=findings.listed(), rules=_compiled(tuple(sets), _digest(files), currency))


def no_rules() -> CompiledRules:
    """The empty pack: nothing is removed or charged, and the built-in policies of `effects.py` hold."""
    return _compiled((), _digest({}), None)


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


def _compiled(sets: tuple[RuleSet, ...], digest: Digest, currency: str | None) -> CompiledRules:
    terms = [term for one in sets for term in (one.applies, *(t for rule in one.rules for t in rule.terms))]
    facts = frozenset(fact for term in terms for fact in term.facts)
    named: dict[str, str] = {}
    for one in sets:
        for choice in one.carriers:
            for service_id, position in choice.use.items():
                named.setdefault(service_id, position)
    names = {fact.name for fact in facts} | ({"service.id"} if named else set())
    return CompiledRules(
        digest=digest, currency=currency, sets=sets, fact_names=frozenset(names), service_ids_named=named,
        reads_stock=any(fact.scope is Scope.STOCK for fact in facts),
    )  # fmt: skip
