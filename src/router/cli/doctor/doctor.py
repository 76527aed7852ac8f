"""`router doctor`: what is wrong with an installation, a ledger or a machine, each with what to do."""

from typing import TYPE_CHECKING

import click

from router.cli.connection import ADDRESS, tls_ca_option
from router.cli.failures import Exit
from router.cli.output import console, print_json

if TYPE_CHECKING:
    from router.cli.doctor.report import Check


@click.command()
@click.option("--db", "database", envvar="ROUTER_DB", metavar="FILE|URL", help="Look at this ledger, too.")
@click.option(
    "--address",
    envvar="ROUTER_ADDRESS",
    default=ADDRESS,
    show_default=True,
    metavar="HOST:PORT",
    help="Where a server listens or is to listen.",
)
@tls_ca_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def doctor(database: str | None, address: str, tls_ca: str | None, as_json: bool) -> int:
    """Look at the installation, the solver, the ledger, the clock and the port; exit 1 if anything is wrong.

    A server may run meanwhile. Of an installation that has not decided anything yet, the kernels are compiled first.
    """
    from router.cli.doctor.installation import check_installation
    from router.cli.doctor.ledger import check_ledger
    from router.cli.doctor.machine import check_address

    checks = [
        *check_installation(),
        *(check_ledger(database) if database else ()),
        *check_address(address, tls_ca),
    ]
    code = Exit.DONE if all(check.is_good for check in checks) else Exit.FINDINGS
    if as_json:
        print_json(
            healthy=code is Exit.DONE,
            checks=[
                {"name": one.name, "good": one.is_good, "found": one.found, "fix": one.fix} for one in checks
            ],
        )
        return code
    show(checks)
    return code


def show(checks: "list[Check]") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    for check in checks:
        mark = Text("ok", "green") if check.is_good else Text("WRONG", "bold red")
        found = check.found if check.is_good else f"{check.found}\n→ {check.fix}"
        table.add_row(mark, check.name, found)
    console().print(table)
