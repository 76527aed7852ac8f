"""How many orders bring each word that rules look for. Words that no rule names are not counted."""

from collections.abc import Mapping

import numpy as np

from router.routing.batch.batch import Batch
from router.routing.batch.facts import facts_of
from router.rules.lint.unmet_words import words_asked
from router.rules.ruleset import CompiledRules
from router.rules.vocabulary import Scope


def words_met(batch: Batch, rules: CompiledRules) -> Mapping[tuple[str, str], int]:
    """By fact and word, the orders of the batch of which the fact is the word; of a line's fact, on any line."""
    asked = words_asked(rules.sets)
    facts = facts_of(batch, [fact.name for fact in asked], rules.attributes)
    counts: dict[tuple[str, str], int] = {}
    for fact, words in asked.items():
        column = facts.columns[fact.name]
        order = facts.line_order if fact.scope is Scope.LINE else np.arange(facts.order_count)
        present = np.ones(column.values.shape, np.bool_) if column.present is None else column.present
        for code, word in enumerate(column.dictionary or ()):
            if word in words:
                met = np.unique(order[present & (column.values == code)])
                if met.size:
                    counts[fact.name, word] = int(met.size)
    return counts
