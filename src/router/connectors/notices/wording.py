"""The words of a notice: a Jinja template for each kind and language, its first line the subject."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from router.connectors.notices.told import Told
from router.ledger.lifecycle import Notice as NoticeKind

OWN = Path(__file__).parent / "templates"
LANGUAGES = ("de", "en", "fr")
SUBJECT_LENGTH_MAX = 200


class WordingRefused(Exception):
    """A template is at fault; the message names it."""


class Wording:
    """Templates of a shop's `folder` (`LANGUAGE/KIND.txt`) come before those that the router has.

    A language that nobody has a template in, such as `de-AT`, falls back to the one it belongs to, then to `language`.
    `answer_url` is the shop's page on which a customer answers a delay, with `{order_id}` and `{notice_number}`.
    """

    def __init__(self, shop: str, language: str, folder: Path | None = None, answer_url: str = "") -> None:
        folders = [FileSystemLoader(one) for one in (folder, OWN) if one is not None]
        self._templates = SandboxedEnvironment(
            loader=ChoiceLoader(folders),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._shop = shop
        self._answer_url = answer_url
        self._language = language

    def write(self, kind: NoticeKind, told: Told) -> tuple[str, str]:
        """Subject and text. Refuses with WordingRefused a template that cannot be read or names what is not there."""
        wanted = told.recipient.language if told.recipient else ""
        names = [f"{language}/{kind.value}.txt" for language in self._languages(wanted)]
        try:
            template = self._templates.select_template(names)
            written = template.render(
                shop=self._shop,
                order=told,
                shipment=told.shipment,
                returned=told.returned,
                delay=told.delay,
                answer_url=self._answer_to(told),
            )
        except TemplateError as error:
            raise WordingRefused(f"`{names[0]}`: {error}") from error
        subject, _, text = written.partition("\n")
        subject = subject.strip()[:SUBJECT_LENGTH_MAX]
        if not subject:
            raise WordingRefused(
                f"`{template.name}` begins with an empty line, its first line is the subject"
            )
        return subject, text.strip() + "\n"

    def _answer_to(self, told: Told) -> str:
        """Where the customer answers a delay; empty where the shop names no page."""
        if told.delay is None:
            return ""
        order_id, number = quote(told.order_id, safe=""), str(told.delay.notice_number)
        return self._answer_url.replace("{order_id}", order_id).replace("{notice_number}", number)

    def _languages(self, wanted: str) -> Sequence[str]:
        """From the one that is wanted to the one that is always there."""
        ways = [
            spelled
            for tag in (wanted, self._language)
            for one in (tag, tag.partition("-")[0])
            for spelled in (one, one.lower())
        ]
        return list(dict.fromkeys(one for one in (*ways, "en") if one))
