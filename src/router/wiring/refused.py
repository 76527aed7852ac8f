"""Why a server does not start."""

from collections.abc import Iterable

USAGE, UNREACHABLE, BUG, REFUSED = 2, 4, 5, 1
"""Exit codes of the command line that a server can end with, besides 0."""


class ServerRefused(Exception):
    """The server does not start. `lines` name single faults, such as those of rule files."""

    def __init__(self, exit_code: int, message: str, *, reason: str = "", lines: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.reason = reason
        self.lines = tuple(lines)
