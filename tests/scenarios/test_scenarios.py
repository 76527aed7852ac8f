"""Each scenario of `stories/`, once through the core and once through gRPC."""

from pathlib import Path

import pytest

from tests.scenarios.play import STORIES, Play, list_scenarios, read_scenario
from tests.scenarios.worlds import WORLDS, Refused, in_the_core

PATHS = list_scenarios()


def test_there_are_scenarios() -> None:
    assert len(PATHS) >= 80


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.relative_to(STORIES).with_suffix("").as_posix())
def test_a_scenario(path: Path, world: str, tmp_path: Path) -> None:
    with WORLDS[world](tmp_path) as opened:
        Play(opened).play(read_scenario(path))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("then: [{order: A-1, state: HELD}]", "order A-1 state is ALLOCATED, not HELD"),
        ("then: [{order: A-1, mood: good}]", "order A-1 knows no `mood`, but: order, state"),
        ("when: [{cancel order: A-1, refused: ORDER_NOT_FOUND}]", "not refused"),
        ("when: [{cancel order: A-2}]", "ORDER_NOT_FOUND: order `A-2` was never routed here"),
        (
            "when: [{teleport: A-1}]",
            "`teleport` is no verb; there are: acknowledge purchase order, ",
        ),
        ("when: [{cancel order: A-1, mood: bad}]", "`mood` is no word of CancelOrderRequest"),
        ("when: []\nwhen: []", "line 1: ['when'] stands twice"),
        ("finally: []", "a part begins with given, when or then"),
    ],
)
def test_what_is_not_so_fails(text: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(f"{text}\nscenario: a wrong one\n")
    with in_the_core(tmp_path) as world:
        play = Play(world)
        play.open_company()
        play.give({"stock": {"LYON": {"RED-CLOCK": 1}}})
        play.act({"order": "A-1", "lines": {"RED-CLOCK": 1}})

        with pytest.raises((AssertionError, Refused)) as failed:
            play.tell(read_scenario(path))

    assert fault in str(failed.value)
