"""Recorded orders as a file."""

import gzip

import pytest

from router.planning.effects.sample import Sample, pack_sample, unpack_sample
from router.routing.network.prepared import pack_network
from router.routing.replay import pack_decision
from tests.planning.recorded import History, a_history


def a_sample(history: History) -> Sample:
    """The history as a server would record it; its rules are those of one file."""
    digest = history.world.network.digest
    return Sample(
        rules_digest=history.world.rules.digest,
        network_digest=digest,
        networks={digest: pack_network(history.world.network.network)},
        rules={history.world.rules.digest: {"shop.yaml": b"# rules"}},
        decisions=tuple((one.decision_id, pack_decision(one.decision)) for one in history.sample),
    )


def test_is_read_back_as_it_was():
    sample = a_sample(a_history(1))

    assert unpack_sample(pack_sample(sample)) == sample


def test_holds_decisions_and_networks_ready_to_be_used():
    history = a_history(1)

    again = unpack_sample(pack_sample(a_sample(history)))

    assert [one.decision.plan for one in again.sampled()] == [one.decision.plan for one in history.sample]
    assert list(again.prepared()) == [history.world.network.digest]


def test_equal_samples_give_equal_bytes():
    assert pack_sample(a_sample(a_history(1))) == pack_sample(a_sample(a_history(1)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"kind: RuleSet/v1",
        gzip.compress(b"{}"),
        gzip.compress(b"[]"),
        gzip.compress(b'{"kind": "Other/v1"}'),
        gzip.compress(b"[" * 100_000),
    ],
    ids=["nothing", "rules", "object", "list", "another kind", "deep"],
)
def test_another_file_is_refused_in_plain_words(content):
    with pytest.raises(ValueError, match="no recorded orders"):
        unpack_sample(content)


def test_a_damaged_file_is_refused():
    packed = bytearray(pack_sample(a_sample(a_history(1))))
    packed[40:60] = bytes(20)

    with pytest.raises(ValueError, match="no recorded orders"):
        unpack_sample(bytes(packed))


def test_a_file_cut_short_is_refused():
    with pytest.raises(ValueError, match="no recorded orders"):
        unpack_sample(pack_sample(a_sample(a_history(1)))[:-9])
