"""The process of a shadow: decides recorded orders again under the version in shadow, one batch after another.

A process of its own, at the lowest priority, so that whatever the version in shadow does, no order waits for it.
It is started by `app/rules/shadow.py` and ends when its standard input does.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import groupby
from operator import add

from router.app.rules.shadow_wire import (
    Begin,
    Done,
    Failed,
    FromShadow,
    ToShadow,
    Work,
    receive_from_server,
    send,
)
from router.domain.identifiers import Digest
from router.planning.effects.comparison import Comparison
from router.planning.effects.effect import Sampled, try_rules
from router.routing.network.prepared import PreparedNetwork, prepare, unpack_network
from router.routing.replay import unpack_decision
from router.rules.ruleset import CompiledRules, compile_rules

LOWEST_PRIORITY = 19


class Shadow:
    """The version in shadow and every document that decisions named so far."""

    def __init__(self) -> None:
        self._candidate: CompiledRules | None = None
        self._networks: dict[Digest, PreparedNetwork] = {}
        self._rules: dict[Digest, CompiledRules] = {}

    def answer(self, message: ToShadow) -> FromShadow:
        """What a message comes to. An exception fails the shadow, with its words."""
        try:
            if isinstance(message, Begin):
                self._candidate = compiled(message.files)
                return Done(Comparison())
            return Done(self._work(message))
        except Exception as error:
            return Failed(f"{type(error).__name__}: {error}")

    def _work(self, work: Work) -> Comparison:
        assert self._candidate is not None, "it begins with a version"
        self._networks.update(
            (digest, prepare(unpack_network(body))) for digest, body in work.networks.items()
        )
        self._rules.update((digest, compiled(files)) for digest, files in work.rules.items())
        sample = [Sampled(decision_id=one, decision=unpack_decision(body)) for one, body in work.decisions]
        return reduce(add, self._compare(sample), Comparison())

    def _compare(self, sample: Sequence[Sampled]) -> Iterator[Comparison]:
        """Neighbors that were decided under the same rules together."""
        assert self._candidate is not None, "it begins with a version"
        for digest, group in groupby(sample, key=lambda one: one.decision.inputs.rules_digest):
            for effect in try_rules(tuple(group), self._networks, self._rules[digest], self._candidate):
                yield effect.comparison


def compiled(files: Mapping[str, bytes]) -> CompiledRules:
    """Raises ValueError when this version of the router refuses the files."""
    compilation = compile_rules(files)
    if compilation.rules is None:
        found = compilation.diagnostics[0]
        raise ValueError(
            f"the rules do not compile: {found.file}:{found.line}:{found.column}: {found.message}"
        )
    return compilation.rules


def main() -> None:
    """Answer messages on standard output until there are no more."""
    os.nice(LOWEST_PRIORITY)
    shadow = Shadow()
    while (message := receive_from_server(sys.stdin.buffer)) is not None:
        send(sys.stdout.buffer, shadow.answer(message))


if __name__ == "__main__":
    main()
