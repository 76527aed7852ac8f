"""What stands in two packs: which rules and headers were added, changed, moved and taken out.

Two rules are the same if they mean the same, however they are spelled; names of lists, comments, reasons and owners
change nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from router.rules.blocks.canonical import text_of
from router.rules.blocks.effects import FIRST_MATCH, RuleSet
from router.rules.ruleset import CompiledRules, RuleRow

HEADER = "header"


class Mark(StrEnum):
    """How a rule differs."""

    ADDED = "+"
    CHANGED = "~"
    REMOVED = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One rule, or one key of a rule set's header (`block` is `header`), that is not the same in both packs.

    `before` and `after` are its own words, empty where it does not stand.
    """

    mark: Mark
    name: str
    block: str
    before: str
    after: str

    @property
    def short(self) -> str:
        """The words that changed, with what they belong to: `amount: usd(2) → usd(4)`."""
        if self.mark is not Mark.CHANGED:
            return self.after or self.before
        return "; ".join(changed_words(self.before.split(" "), self.after.split(" ")))


def difference(base: CompiledRules, candidate: CompiledRules) -> tuple[Edit, ...]:
    """All edits: headers by rule set, then rules as the new pack has them, then those taken out."""
    return (*header_edits(base, candidate), *rule_edits(base, candidate))


def header_edits(base: CompiledRules, candidate: CompiledRules) -> Iterator[Edit]:
    """What changed in the headers of the rule sets that both packs have."""
    before = {one.id: header_of(one, base.currency or "") for one in base.sets}
    for one in candidate.sets:
        old, new = before.get(one.id), header_of(one, candidate.currency or "")
        for key in new if old is not None else ():
            if old is not None and old[key] != new[key]:
                yield Edit(
                    mark=Mark.CHANGED, name=f"{one.id}/{key}", block=HEADER,
                    before=f"{key}: {old[key]}", after=f"{key}: {new[key]}",
                )  # fmt: skip


def header_of(one: RuleSet, currency: str) -> Mapping[str, str]:
    """What a header says about all rules of its set. What a point is worth shows in the scores."""
    objective = one.objective
    return {
        "applies": text_of(one.applies, currency),
        "priority": str(one.priority),
        "effective": one.window.text(one.zone) or "always",
        "tiers": "none" if objective is None else ", ".join(objective.tiers) or "none",
        "ties": "none" if objective is None else ", ".join(objective.ties) or "none",
    }


def rule_edits(base: CompiledRules, candidate: CompiledRules) -> Iterator[Edit]:
    before = {row.name: row for row in base.describe()}
    after = {row.name: row for row in candidate.describe()}
    moved = moved_rules(base, candidate)
    for name, row in after.items():
        old = before.get(name)
        if old is None:
            yield Edit(mark=Mark.ADDED, name=name, block=row.block, before="", after=words_of(row))
        elif old.meaning != row.meaning:
            yield Edit(
                mark=Mark.CHANGED, name=name, block=row.block, before=words_of(old), after=words_of(row)
            )
        elif name in moved:
            yield Edit(
                mark=Mark.CHANGED, name=name, block=row.block, before=f"place {old.place}", after=f"place {row.place}"
            )  # fmt: skip
    for name, row in before.items():
        if name not in after:
            yield Edit(mark=Mark.REMOVED, name=name, block=row.block, before=words_of(row), after="")


def words_of(row: RuleRow) -> str:
    """A rule in its own words on one line, dates included."""
    parts = [
        f"when: {row.when}" if row.when else "",
        row.effect,
        f"effective: {row.effective}" if row.effective else "",
    ]
    return ", ".join(part for part in parts if part)


def moved_rules(base: CompiledRules, candidate: CompiledRules) -> frozenset[str]:
    """The rules that overtook others where the first match decides; as few as explain the new sequence."""
    moved: set[str] = set()
    by_id = {one.id: one for one in base.sets}
    for one in candidate.sets:
        for block in FIRST_MATCH if one.id in by_id else ():
            old = [rule.ref.name for rule in by_id[one.id].block(block)]
            new = [rule.ref.name for rule in one.block(block)]
            common = [name for name in old if name in new], [name for name in new if name in old]
            kept = SequenceMatcher(a=common[0], b=common[1], autojunk=False).get_matching_blocks()
            stayed = {common[1][match.b + offset] for match in kept for offset in range(match.size)}
            moved.update(name for name in common[1] if name not in stayed)
    return frozenset(moved)


def changed_words(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Each place where words differ, with the key it belongs to: `weight: 10 → 25`."""
    for kind, left, left_end, right, right_end in SequenceMatcher(
        a=before, b=after, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            old, new = " ".join(before[left:left_end]), " ".join(after[right:right_end])
            yield f"{lead(before[:left])}{old.rstrip(',') or 'nothing'} → {new.rstrip(',') or 'nothing'}"


def lead(words: Sequence[str]) -> str:
    """The last key among the words, with dots for what stands between."""
    keys = [place for place, word in enumerate(words) if word.endswith(":")]
    if not keys:
        return ""
    return f"{words[keys[-1]]} " + ("" if keys[-1] == len(words) - 1 else "… ")
