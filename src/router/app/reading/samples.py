"""Recorded decisions with all they were made from, in the order of deciding: enough to decide them again elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from router.app.books.documents import files_of
from router.app.ports.store import Reader
from router.app.records.decisions import BookedDecision
from router.domain.identifiers import Digest
from router.rules.ruleset import no_rules

DECISIONS_AT_ONCE = 200
BYTES_AT_ONCE = 2 << 20
"""A sample is cut after the decision with which it reaches one of these; a document may make it larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Decisions, and packed networks and rule files that they are the first to name."""

    networks: Mapping[Digest, bytes]
    rules: Mapping[Digest, Mapping[str, bytes]]
    decisions: tuple[BookedDecision, ...]


@dataclass(frozen=True, slots=True)
class _NamedInputs:
    rules_digest: Digest
    network_digest: Digest


@dataclass(frozen=True, slots=True)
class _Named:
    """What a decision's bytes name, without reading the rest."""

    inputs: _NamedInputs


_NAMES = msgspec.msgpack.Decoder(_Named)


def read_sample(reader: Reader, after: int, until: int, known: set[Digest]) -> Sample:
    """The next decisions behind number `after`, none behind `until`; no decisions when there are none left.

    Documents in `known` are left out; those given are added to it.
    """
    decisions = cut(
        [one for one in reader.list_decisions(after, DECISIONS_AT_ONCE) if one.decision.number <= until]
    )
    named = [_NAMES.decode(one.decision.body).inputs for one in decisions]
    networks = sorted({one.network_digest for one in named} - known)
    rules = sorted({one.rules_digest for one in named} - known)
    known.update(networks, rules)
    return Sample(
        networks={digest: body_of(reader, digest) for digest in networks},
        rules={digest: rule_files_of(reader, digest) for digest in rules},
        decisions=decisions,
    )


def cut(decisions: Sequence[BookedDecision]) -> tuple[BookedDecision, ...]:
    """The first of them, of as many bytes as go at once, but at least one."""
    size = 0
    for index, one in enumerate(decisions):
        size += len(one.decision.body)
        if size >= BYTES_AT_ONCE:
            return tuple(decisions[: index + 1])
    return tuple(decisions)


def body_of(reader: Reader, digest: Digest) -> bytes:
    document = reader.find_document(digest)
    assert document is not None, "what a decision names is kept"
    return document.body


def rule_files_of(reader: Reader, digest: Digest) -> Mapping[str, bytes]:
    if digest == no_rules().digest:
        return {}
    document = reader.find_document(digest)
    assert document is not None, "what a decision names is kept"
    return files_of(document)
