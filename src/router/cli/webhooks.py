"""How commands take webhooks over HTTP: where they listen, and what they need for it."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import click

from router.cli.failures import CommandFailed, Exit


def listen_option(default: str) -> Callable[[Any], Any]:
    return click.option(
        "--listen", default=default, show_default=True, metavar="HOST:PORT", help="Put TLS in front of it."
    )


def serve_webhooks(app: Any, listen: str, names: Iterable[str]) -> None:
    """Serve until stopped. Refuses a `listen` that is no HOST:PORT."""
    import uvicorn

    from router.cli.logs import set_up_logs

    host, _, port = listen.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) < 65_536):
        raise CommandFailed(Exit.USAGE, f"--listen is `{listen}`, must be HOST:PORT such as 127.0.0.1:8450")
    set_up_logs(os.environ.get("ROUTER_LOG", ""))
    click.echo(f"webhooks at http://{listen}/ of {', '.join(names)}")
    config = uvicorn.Config(app, host=host, port=int(port), access_log=False, log_config=None)
    uvicorn.Server(config).run()


def webhooks_missing(error: ImportError) -> CommandFailed:
    return CommandFailed(
        Exit.USAGE,
        f"webhooks need what is not here ({error}); install it with: pip install 'router[intake]'",
    )
