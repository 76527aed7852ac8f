"""`router backup` and `router restore`: copies of a ledger in a file, proven before they count."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.failures import CommandFailed, Exit
from router.cli.output import console, print_json

if TYPE_CHECKING:
    from router.stores.sqlite.backup import Copied

DATABASE = click.option(
    "--db", "database", envvar="ROUTER_DB", required=True, metavar="FILE", help="Ledger file."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


@click.command()
@click.argument("to", metavar="TO", type=click.Path(path_type=Path))
@DATABASE
@click.option(
    "--keys",
    "keys_to",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the keys of personal data, too, to a file of their own; without it the backup holds nothing personal.",
)
@AS_JSON
def backup(to: Path, database: str, keys_to: Path | None, as_json: bool) -> None:
    """Copy a ledger, also while it is served, to TO; beside it TO.manifest.json, written when the copy is proven."""
    from router.app.ports.store import StoreError
    from router.stores.sqlite.backup import BackupRefused, back_up

    try:
        copied = back_up(Path(database), to, keys_to)
    except BackupRefused as error:
        raise CommandFailed(Exit.FINDINGS, str(error), reason="BACKUP_REFUSED", lines=error.lines) from error
    except StoreError as error:
        raise CommandFailed(Exit.UNREACHABLE, str(error), reason="STORE_UNUSABLE") from error
    show("backup", to, copied, as_json)


@click.command()
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path))
@click.argument("to", metavar="TO", type=click.Path(path_type=Path))
@click.option(
    "--keys",
    "keys_from",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Put the keys in it back, too.",
)
@AS_JSON
def restore(source: Path, to: Path, keys_from: Path | None, as_json: bool) -> None:
    """Make a ledger at TO of the backup FROM; says done when the new file is proven. Overwrites nothing."""
    from router.app.ports.store import StoreError
    from router.stores.sqlite.backup import BackupRefused
    from router.stores.sqlite.backup import restore as restore_backup

    try:
        copied = restore_backup(source, to, keys_from)
    except BackupRefused as error:
        raise CommandFailed(Exit.FINDINGS, str(error), reason="BACKUP_REFUSED", lines=error.lines) from error
    except StoreError as error:
        raise CommandFailed(Exit.UNREACHABLE, str(error), reason="STORE_UNUSABLE") from error
    show("restore", to, copied, as_json)


def show(what: str, to: Path, copied: "Copied", as_json: bool) -> None:
    manifest = copied.manifest
    if as_json:
        print_json(
            **{
                what: {
                    "file": str(to),
                    "position": manifest.position,
                    "event_position": manifest.event_position,
                    "head_hash": manifest.head_hash,
                    "bytes": manifest.file_bytes,
                    "sha256": manifest.file_sha256,
                    "keys": copied.key_count,
                }
            }
        )
        return
    console().print(
        f"{to}: {manifest.position:,} entries and {manifest.event_position:,} events, proven;"
        f" head {manifest.head_hash[:16]}, {manifest.file_bytes / 1e6:,.1f} MB"
        + (f", {copied.key_count:,} keys" if copied.key_count else "")
    )
