"""Notices by e-mail (SMTP, RFC 5321): plain text, each with an identity that stays when it is sent again."""

import logging
import ssl
from email.message import EmailMessage
from email.utils import formataddr, formatdate, parseaddr

import aiosmtplib

from router.connectors.notices.options import MailOptions
from router.connectors.notices.told import Notice
from router.connectors.sink import Delivered, Failed, Outcome
from router.domain.recipient import Recipient

log = logging.getLogger("router.events")

PERMANENT = range(500, 600)


class Mail:
    """A refusal of the address is final and no failure of the sink: the person cannot be reached so."""

    name = "mail"

    def __init__(self, options: MailOptions) -> None:
        self._options = options
        self._trusted = ssl.create_default_context(cafile=str(options.tls_ca) if options.tls_ca else None)

    def reaches(self, person: Recipient) -> bool:
        return bool(person.email)

    async def send(self, notice: Notice) -> Outcome:
        options = self._options
        client = aiosmtplib.SMTP(
            hostname=options.host,
            port=options.port,
            username=options.user or None,
            password=options.password or None,
            timeout=options.timeout_seconds,
            tls_context=None if options.encryption == "none" else self._trusted,
            use_tls=options.encryption == "tls",
            start_tls=options.encryption == "starttls",
        )
        try:
            async with client:
                await client.send_message(message_of(notice, options.sender))
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            if all(code in PERMANENT for code in codes):
                log.warning(
                    "nobody there",
                    extra={"order_id": notice.order_id, "notice": notice.kind.value, "codes": codes},
                )
                return Delivered()
            return Failed(f"the mail server puts the recipient off: {', '.join(map(str, codes))}")
        except aiosmtplib.SMTPResponseException as error:
            return Failed(f"the mail server answers {error.code} {error.message}")
        except (aiosmtplib.SMTPException, OSError) as error:
            return Failed(f"the mail server cannot be reached: {error or type(error).__name__}")
        finally:
            client.close()
        return Delivered()

    async def close(self) -> None:
        """Every notice has a connection of its own."""


def message_of(notice: Notice, sender: str) -> EmailMessage:
    """The message (RFC 5322). Its `Message-ID` is made of the notice's, so that a second one is known as the same."""
    _, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = sender
    message["To"] = formataddr((notice.to.name, notice.to.email))
    message["Subject"] = notice.subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<{notice.id}.{notice.kind.value}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.text)
    return message
