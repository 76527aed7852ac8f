"""How orders of shops and partners are read, whichever way they come."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from router.cli.connection import read_file
from router.cli.failures import CommandFailed, Exit

if TYPE_CHECKING:
    from router.connectors.intake.captured import Terms

KEY_BYTES_MIN = 32

customer_key_option = click.option(
    "--customer-key",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="A secret of 32 bytes or more: customers are known by e-mail or telephone in every channel.",
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How any source is read."""
    for option in (
        customer_key_option,
        click.option("--points", is_flag=True, help="Keep positions; they can be a front door."),
        click.option(
            "--country", default="", metavar="CODE", help="What an address that names no country means."
        ),
    ):
        command = option(command)
    return command


def terms_of(
    channel_name: str, currency: str, country: str, points: bool, customer_key: str | None
) -> "Terms":
    from router.connectors.intake.captured import Terms

    key = read_file(customer_key).strip() if customer_key else b""
    if customer_key and len(key) < KEY_BYTES_MIN:
        raise CommandFailed(
            Exit.USAGE,
            f"`{customer_key}` has {len(key)} bytes, must have {KEY_BYTES_MIN} or more, so that nobody guesses it",
        )
    return Terms(
        channel=channel_name, currency=currency, country=country, with_points=points, customer_key=key
    )
