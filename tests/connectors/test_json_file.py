"""Lines in a file: whole, in order, and whole again after they were torn."""

import asyncio
import errno
import json
import os
from pathlib import Path

import pytest

from router.connectors.json_file import JsonFile
from router.connectors.sink import Delivered, Failed
from tests.connectors.builders import an_event


def deliver(path: Path, *positions: int) -> object:
    async def run() -> object:
        sink = JsonFile(path)
        outcome = await sink.deliver([an_event(position) for position in positions])
        await sink.close()
        return outcome

    return asyncio.run(run())


def positions(path: Path) -> list[int]:
    return [json.loads(line)["data"]["position"] for line in path.read_text().splitlines()]


def test_events_are_lines_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"

    assert deliver(path, 1, 2) == Delivered()
    assert deliver(path, 3) == Delivered()
    assert positions(path) == [1, 2, 3]


@pytest.mark.parametrize("cut", [1, 7, 100_000])
def test_a_line_that_was_cut_short_makes_way_for_the_whole_one(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "events.jsonl"
    deliver(path, 1)
    whole = path.read_bytes()
    path.write_bytes(whole + b"x" * cut)

    assert deliver(path, 2) == Delivered()
    assert positions(path) == [1, 2]


def test_a_file_with_nothing_but_a_torn_line_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"specversion":"1.')
    deliver(path, 1)

    assert positions(path) == [1]


def test_a_file_that_cannot_be_written_is_a_failure_with_its_name(tmp_path: Path) -> None:
    outcome = deliver(tmp_path / "nowhere" / "events.jsonl", 1)

    assert isinstance(outcome, Failed)
    assert "nowhere/events.jsonl" in outcome.error
    assert "No such file" in outcome.error


def test_after_a_disk_was_full_in_the_middle_of_a_line_the_file_is_whole_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.jsonl"
    write = os.write

    def half(file: int, content: bytes) -> int:
        write(file, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async def run() -> list[object]:
        sink = JsonFile(path)
        with monkeypatch.context() as patched:
            patched.setattr("router.connectors.json_file.os.write", half)
            outcomes = [await sink.deliver([an_event(1), an_event(2)])]
        outcomes.append(await sink.deliver([an_event(1), an_event(2)]))
        await sink.close()
        return outcomes

    assert asyncio.run(run()) == [Failed(f"cannot write `{path}`: No space left on device"), Delivered()]
    assert positions(path)[-2:] == [1, 2]
