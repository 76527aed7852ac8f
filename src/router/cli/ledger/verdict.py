"""The end of an audit as it is printed: clean with its counts, or the faults that make the command fail."""

from collections.abc import Sequence

from router.cli.failures import CommandFailed, Exit
from router.cli.output import console


def print_audit(found: str, faults: Sequence[str], agreed: str) -> None:
    """Print what agreed if there are no faults; otherwise fail, `found` ("the audit found") before their number."""
    if faults:
        raise CommandFailed(
            Exit.FINDINGS, f"{found} {len(faults)} faults", reason="LEDGER_FAULTS", lines=faults
        )
    screen = console()
    screen.print("clean", style="green")
    screen.print(agreed)
