"""docs/start.md, followed word for word against the server that `router demo --keep` leaves running."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/start.md").read_text(encoding="utf-8")
COMMANDS = [
    command.replace("\\\n", " ")
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.S)
    for command in re.findall(r"^(?:buf|router) .*?(?=^(?:buf|router) |\Z)", block, re.S | re.M)
]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.S)


@pytest.fixture(scope="module", autouse=True)
def demo() -> Iterator[None]:
    """`router demo --keep`, until it answers on the address that the page names."""
    router = str(Path(sys.executable).with_name("router"))
    with subprocess.Popen([router, "demo", "--keep"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        shown = ""
        while "Next:" not in shown:
            line = process.stdout.readline()
            assert line, f"the demo ended by itself: {shown}"
            shown += line
        yield
        process.terminate()
        process.stdout.read()


def run(line: str) -> subprocess.CompletedProcess[str]:
    program, *words = shlex.split(line)
    path = Path(sys.executable).with_name(program)
    return subprocess.run([path, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_the_page_is_followed_to_its_end() -> None:
    assert [len(COMMANDS), len(PROGRAMS)] == [8, 1]
    calls = [line for line in COMMANDS if line.startswith("buf")]
    questions = [line for line in COMMANDS if line.startswith("router")]

    for line in calls:
        done = run(line)
        assert done.returncode == 0, (line, done.stderr)
    program = subprocess.run(
        [sys.executable, "-c", PROGRAMS[0]], capture_output=True, text=True, timeout=60, check=False
    )
    assert program.returncode == 0, program.stderr
    for line in questions:
        done = run(line)
        assert done.returncode == 0, (line, done.stdout, done.stderr)


def test_the_readme_quotes_what_the_demo_answers() -> None:
    quoted = re.search(r"```console\n\$ (router order why \S+)\n(.*?)```", README, re.S)
    assert quoted, "the README asks for an order"
    command, answer = quoted.groups()

    asked = run(command)

    assert " ".join(answer.split()) in " ".join(asked.stdout.split()), asked.stderr
