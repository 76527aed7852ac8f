"""A mail server on this machine: it keeps what it is handed and refuses whom it is told to refuse."""

import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword, TLSSetupException

WAIT_SECONDS = 1
"""How long clients may take to say good-bye."""


@dataclass
class MailServer:
    """`refused` are answers by address; `logins` who came with which password."""

    port: int = 0
    received: list[Message] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    answer: str = "250 taken"
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    sessions: set[object] = field(default_factory=set)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.received.append(message_from_bytes(envelope.content, policy=default))
        return self.answer

    async def handle_exception(self, error: Exception) -> str:
        """Who does not trust the certificate hangs up in the handshake; all else is a fault of this server."""
        if not isinstance(error, TLSSetupException):
            logging.getLogger(__name__).error("the mail server failed", exc_info=error)
        return "451 failed"

    def login(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret")


@contextmanager
def a_mail_server(tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """With `tls` it wants STARTTLS and a login before anything else."""
    kept = MailServer()

    class Counted(SMTP):
        def connection_made(self, transport: Any) -> None:
            kept.sessions.add(self)
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            super().connection_lost(error)
            kept.sessions.discard(self)

    class OnAnyPort(Controller):
        def factory(self) -> SMTP:
            if tls is None:
                return Counted(kept)
            return Counted(
                kept, tls_context=tls, require_starttls=True, authenticator=kept.login, auth_required=True
            )

        def _trigger_server(self) -> None:
            # The port is known only once it listens.
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    controller = OnAnyPort(kept, hostname="127.0.0.1", port=0)
    controller.start()
    kept.port = controller.port
    try:
        yield kept
    finally:
        end = time.monotonic() + WAIT_SECONDS
        while kept.sessions and time.monotonic() < end:
            time.sleep(0.01)
        controller.stop()
