"""How commands end: one exit code for each kind of end, and the words that go with it."""

from collections.abc import Sequence
from enum import IntEnum


class Exit(IntEnum):
    """DONE; FINDINGS: checked or refused, something is wrong; USAGE; UNREACHABLE: no server, no database; BUG."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    UNREACHABLE = 4
    BUG = 5
    INTERRUPTED = 130


class CommandFailed(Exception):
    """Ends a command with `code`. `lines` follow the message, each a fault of its own; `reason` is for programs."""

    def __init__(self, code: Exit, message: str, *, reason: str = "", lines: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = reason
        self.lines = tuple(lines)
