"""How tests of the command line type, and what they are told."""

from collections.abc import Callable

import pytest

from router.cli.main import run
from tests.service.harness import Client

Said = tuple[int, str, str]
"""Exit code, output, errors."""
Command = Callable[..., Said]
"""Takes a line, or its words one by one."""


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `router LINE`."""

    def run_line(*words: str) -> Said:
        code = run(words[0].split() if len(words) == 1 else words)
        out, error = capsys.readouterr()
        return code, out, error

    return run_line


@pytest.fixture
def command(client: Client, typed: Command) -> Command:
    """Runs `router LINE` against the server of the test."""

    def run_line(*words: str) -> Said:
        line = words[0].split() if len(words) == 1 else words
        return typed(*line, "--address", client.address)

    return run_line
