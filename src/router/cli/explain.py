"""`router explain CODE`: what a finding about rules or a refusal means, an example, and the way out."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

import click

from router.cli.output import print_json

WIDTH = 100

AGAIN: Mapping[bool | None, tuple[str, ...]] = {
    True: ("", "the same call may succeed later; send it again with the same `request_id`"),
    False: ("", "the same call will be refused again"),
    None: (),
}

Page = Mapping[str, Any]
"""What is said of one code, by the names of its parts."""


@click.command()
@click.argument("code", required=False)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="How to show it.")
def explain(code: str | None, form: str) -> None:
    """Say what CODE means: a finding about rules (L111) or a reason of refusal (RULES_MOVED); without it, list all."""
    pages = all_pages()
    if code is None:
        width = max(map(len, pages))
        show(
            {"pages": list(pages.values())},
            (f"{page['code']:<{width}}  {page['title']}" for page in pages.values()),
            form,
        )
        return
    page = pages.get(word_of(code)) or next(
        (one for one in pages.values() if one["name"] == word_of(code)), None
    )
    if page is None:
        raise click.UsageError(unknown(code, pages))
    show(page, lines_of(page), form)


def show(content: Page, lines: Iterable[str], form: str) -> None:
    if form == "json":
        print_json(**content)
        return
    for line in lines:
        click.echo(line)


def word_of(code: str) -> str:
    """The code as it is written in findings: `unknown-fact` is UNKNOWN_FACT."""
    return code.strip().upper().replace("-", "_")


def unknown(code: str, pages: Mapping[str, Page]) -> str:
    words = [*pages, *(page["name"] for page in pages.values())]
    close = get_close_matches(word_of(code), words, n=1, cutoff=0.6)
    hint = f"did you mean `{close[0]}`?" if close else "`router explain` lists all"
    return f"there is no code `{code}`; {hint}"


def all_pages() -> dict[str, Page]:
    """Everything that can be explained, by code: findings, reasons of refusal, then those of the commands' own."""
    # Findings come with the compiler, reasons with gRPC's statuses: no other command should wait for both.
    from router.cli.own_reasons import OWN
    from router.domain.reasons import Reason
    from router.rules.help.pages.book import BOOK
    from router.service.reason_examples.examples import EXAMPLES
    from router.service.reason_pages import MEANING
    from router.service.status import STATUS_OF

    findings: dict[str, Page] = {
        code.value: {
            "code": code.value, "name": code.name, "severity": code.severity.value, "title": page.title,
            "cause": page.cause, "given": page.given, "beside": page.beside, "avoid": page.avoid, "prefer": page.prefer,
        }
        for code, page in BOOK.items()
    }  # fmt: skip
    reasons: dict[str, Page] = {
        reason.value: {
            "code": reason.value, "name": reason.value, "status": STATUS_OF[reason].code.name,
            "retryable": STATUS_OF[reason].retryable, "title": MEANING[reason].partition(";")[0],
            "cause": MEANING[reason], **asdict(EXAMPLES[reason]),
        }
        for reason in Reason
    }  # fmt: skip
    own: dict[str, Page] = {
        name: {
            "code": name,
            "name": name,
            "status": "said by the command itself",
            "retryable": None,
            **asdict(page),
        }
        for name, page in OWN.items()
    }
    return findings | reasons | own


def lines_of(page: Page) -> Iterator[str]:
    """The page as text."""
    if "status" in page:
        yield f"{page['code']}  {page['status']}"
        yield ""
        yield from textwrap.wrap(page["cause"], WIDTH, break_long_words=False)
        yield from shown_example(page)
        yield from AGAIN[page["retryable"]]
        return
    yield f"{page['code']}  {page['title']} ({page['severity']})"
    yield ""
    yield page["cause"].rstrip()
    if page["given"]:
        yield f"Given {page['given']}."
    if page["beside"]:
        yield from example("beside this file of the pack:", page["beside"])
    yield from example("instead of", page["avoid"])
    yield from example("write", page["prefer"])


def shown_example(page: Page) -> Iterator[str]:
    """What is called, what is answered, and the way out."""
    yield ""
    yield click.style(f"for example, {page['given']}:" if page["given"] else "for example:", bold=True)
    if page["call"]:
        yield f"  router call {page['call']} '{page['body']}'"
    yield f"  error[{page['code']}]: {page['says']}"
    yield ""
    yield from textwrap.wrap(f"next: {page['then']}", WIDTH, break_long_words=False)


def example(head: str, part: str) -> Iterator[str]:
    yield ""
    yield click.style(head, bold=True)
    yield from (f"  {line}" for line in part.rstrip("\n").split("\n"))
