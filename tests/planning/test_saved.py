"""The plan file: read back as it was, refused when anybody changed it."""

import json

import pytest

from router.planning.effects.saved import SavedPlan, pack_plan, unpack_plan

PLAN = SavedPlan(
    base_digest="a" * 64,
    digest="b" * 64,
    network_digest="c" * 64,
    files={"rules/b.yaml": "kind: RuleSet/v1 # überall\n".encode(), "rules/a.yaml": b"x: 1\r\n"},
    orders=12,
    first_decision_id="d-000000000001",
    last_decision_id="d-000000000012",
    summary=("12 of 12 orders …",),
    made_time="2026-11-23T08:00:00Z",
    made_by="ana",
)


def changed(**changes: object) -> bytes:
    return json.dumps({**json.loads(pack_plan(PLAN)), **changes}).encode()


def test_is_read_back_as_it_was():
    assert unpack_plan(pack_plan(PLAN)) == PLAN


def test_equal_plans_give_equal_files():
    turned = SavedPlan(
        **{
            **{name: getattr(PLAN, name) for name in PLAN.__slots__},
            "files": dict(reversed(PLAN.files.items())),
        }
    )

    assert pack_plan(turned) == pack_plan(PLAN)


@pytest.mark.parametrize(
    "changes",
    [{"digest": "d" * 64}, {"files": {"rules/a.yaml": "x: 2"}}, {"summary": []}, {"seal": ""}, {"more": 1}],
)
def test_a_file_changed_by_hand_is_refused(changes):
    with pytest.raises(ValueError, match="was changed after it was made"):
        unpack_plan(changed(**changes))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[]", b"{}", b"[" * 100_000, b'{"kind": "RulePlan/v0"}']
)
def test_another_file_is_refused_in_plain_words(content):
    with pytest.raises(ValueError, match="not a saved plan"):
        unpack_plan(content)
