"""Writes the reference pages that are made from the code: `python docs/reference/generate.py [FOLDER]`.

`events.md`, `findings.md`, `reasons.md`, `changed-orders.md` and the schemas are made whole; of the pages in `RENEWED`
the parts between `<!-- made: NAME -->` and `<!-- end -->`.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import accounting_parts
import contract_parts
import ledger_parts
import lifecycle_parts
import metric_parts

from router.cli.rules.schema import write_schemas
from router.connectors.event_fields import FIELDS
from router.connectors.event_types import EVENT_TYPES, fields_of, schema_of
from router.connectors.sink_options import KEYS
from router.connectors.sinks_file import COMMON_KEYS
from router.domain.plan import Level, UnshippedAction
from router.domain.reasons import Reason
from router.ledger.event_kinds import EventKind
from router.planning.cases.case import CASE_KEYS, GIVEN_KEYS, LINE_KEYS, ORDER_KEYS, PAYMENT_KEYS
from router.planning.cases.fixture_keys import NETWORK_KEYS, NODE_KEYS, PRODUCT_KEYS, SERVICE_KEYS
from router.planning.cases.read_expectations import EXPECT_KEYS
from router.planning.effects.changed_orders import COLUMNS
from router.rules.blocks.effects import Block
from router.rules.blocks.header import LAST_TIE
from router.rules.blocks.rulefile import OPTIONAL, REQUIRED
from router.rules.blocks.table import SPECS
from router.rules.help.key_help import BLOCK_HELP, BLOCK_KEY_HELP, HEADER_HELP, WORD_HELP, key_help
from router.rules.help.language_help import FUNCTIONS, OPERATORS, TYPES
from router.rules.help.pages.book import BOOK
from router.rules.help.pages.page import Page
from router.rules.help.schema import facts_within
from router.rules.verdicts import Per, SplitUnits
from router.rules.vocabulary import VOCABULARY, Scope
from router.service.reason_examples.examples import EXAMPLES
from router.service.reason_pages import MEANING
from router.service.status import STATUS_OF

HERE = Path(__file__).resolve().parent
MARK = re.compile(r"(<!-- made: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

FINDINGS_HEAD = """# Findings

What `router rules check` and `router rules test` may say about rule files, and what to do. `router explain L111` shows
one page in the terminal. Errors (L1xx, and L201, L202, L206) keep rules from going live; warnings are meant to be read.
Of every example a test makes sure that the first form gives the finding and the second does not. Refusals of the server
have [their own page](reasons.md).
"""

REASONS_HEAD = """# Reasons

Why the router says no. Every refusal carries one of these in `ErrorInfo.reason` (domain `router.api.v1`); nothing was
changed unless the row says otherwise. `router explain RULES_MOVED` shows one of them. The status is that of
[`service/status.py`](../../src/router/service/status.py); findings about rule files have [their own page](findings.md).
"""

WITHOUT_REASON = """## Without a reason

A status without `ErrorInfo` is not the router's but that of gRPC itself, on the way or in the client:

* `UNAVAILABLE`: nobody listens there, or the connection broke. Repeat the call with the same `request_id`.
* `DEADLINE_EXCEEDED`: the client's deadline passed before an answer came. Whether it was booked is not
  known: repeat it likewise.
* `CANCELLED`: the client gave the call up; what was taken up is finished nevertheless.
* `RESOURCE_EXHAUSTED`: the message or its metadata is larger than the transport takes; nothing happened.
* `NOT_FOUND`: of the health and reflection services, which are gRPC's own.

Every other status in a test without one of the reasons above fails that test: `tests/proof/statuses.py`.
"""

CHANGED_HEAD = """# Changed orders

`router rules plan … --html change.html` writes `change.parquet` beside the report: every order that would ship or cost
otherwise, one row each (the report itself names at most 500). It takes the extra `data`: `pip install 'router[data]'`.
Any tool that reads Parquet opens the file:

```python
import duckdb

duckdb.sql("SELECT order_id, nodes_before, nodes_after, why FROM 'change.parquet' WHERE ships_otherwise")
```
"""

EVENTS_HEAD = """# Event types

What is told to other systems, how to receive it and what is promised: [events](../events.md). The data of each type
has a JSON Schema in [schema/events](schema/events). A type may gain fields;
one whose meaning changes gets a new version.
"""

SINKS_HEAD = """## The sinks file

One mapping: `sinks`, each under its name, and if you like `source`, that of every CloudEvent (`urn:router` without it).
Paths are meant beside the file. Every sink has
"""

EXAMPLES_HEAD = """## Examples

A test makes each of these calls and is refused with these words; those without a call need a
moment of the server's that no client can bring about.
"""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def code(word: str) -> str:
    return f"`{word}`"


def findings() -> str:
    """The page of all findings."""
    contents = table(
        ("code", "", "what"),
        (
            (f"[{one.value}](#{one.value.lower()})", one.severity.value, page.title)
            for one, page in BOOK.items()
        ),
    )
    return "\n".join([FINDINGS_HEAD, contents, *(line for page in BOOK.values() for line in finding(page))])


def finding(page: Page) -> Iterator[str]:
    """The section of one finding."""
    yield f"## {page.code.value}\n"
    yield f"**{page.title[0].upper()}{page.title[1:]}** ({page.code.severity.value}, `{page.code.name}`)\n"
    yield f"{page.cause.rstrip()}\n"
    if page.given:
        yield f"Given {page.given}.\n"
    if page.beside:
        yield f"Beside this file of the pack:\n\n{yaml(page.beside)}"
    yield f"Instead of\n\n{yaml(page.avoid)}"
    yield f"Write\n\n{yaml(page.prefer)}"


def yaml(part: str) -> str:
    return f"```yaml\n{part.rstrip()}\n```\n"


def reasons() -> str:
    """The page of all reasons of refusal."""
    rows = (
        (code(reason), STATUS_OF[reason].code.name, "yes" if STATUS_OF[reason].retryable else "no", meaning)
        for reason, meaning in MEANING.items()
    )
    head = ("reason", "status", "retry?", "what it means and what to do")
    examples = "\n".join(line for reason in MEANING for line in reason_example(reason))
    return f"{REASONS_HEAD}\n{table(head, rows)}\n{WITHOUT_REASON}\n{EXAMPLES_HEAD}\n{examples}"


def reason_example(reason: Reason) -> Iterator[str]:
    """A call, the answer to it, and the next step."""
    example = EXAMPLES[reason]
    yield f"### {reason.value}\n"
    if example.given:
        yield f"{example.given[0].upper()}{example.given[1:]}.\n"
    called = [f"$ router call {example.call} '{example.body}'"] if example.call else []
    yield "\n".join(["```console", *called, f"error[{reason.value}]: … {example.says} …", "```\n"])
    yield f"Next: {example.then}.\n"


def events() -> str:
    """The page of event types and of the sinks file."""
    types = (
        (code(EVENT_TYPES[kind].name), EVENT_TYPES[kind].help, ", ".join(map(code, fields_of(kind))))
        for kind in EventKind
    )
    fields = ((code(name), one.help) for name, one in FIELDS.items())
    sinks = "\n".join(
        f"A sink of kind `{kind}`\n\n{table(('key', 'what it says'), rows_of(keys))}"
        for kind, keys in KEYS.items()
    )
    return "\n".join(
        [
            EVENTS_HEAD,
            table(("type", "what happened", "fields of its data"), types),
            table(("field", "what it says"), fields),
            SINKS_HEAD,
            table(("key", "what it says"), rows_of(COMMON_KEYS)),
            sinks,
        ]
    )


def event_schemas() -> dict[str, str]:
    """The schema of each type's data, by file name."""
    return {
        f"{EVENT_TYPES[kind].name}.schema.json": json.dumps(schema_of(kind), indent=2) + "\n"
        for kind in EventKind
    }


def changed_orders() -> str:
    """The page of the columns of changed orders."""
    rows = ((code(name), type_, meaning) for name, (type_, meaning) in COLUMNS.items())
    return f"{CHANGED_HEAD}\n{table(('column', 'type', 'what it holds'), rows)}"


def header_keys() -> str:
    names = (key for key in (*REQUIRED, *OPTIONAL) if key not in tuple(Block))
    return table(
        ("key", "", "what it says"),
        ((code(key), "needed" if key in REQUIRED else "", HEADER_HELP[key]) for key in names),
    )


def blocks() -> str:
    return table(
        ("block", "what it is for", "several rules"),
        ((f"[`{block}`](#{block})", BLOCK_HELP[block], SPECS[block].hit_policy) for block in Block),
    )


def block_keys(block: Block) -> str:
    """What a rule of the block may say, besides what every rule may, and which facts it reads."""
    spec = SPECS[block]
    rows = [(code(key), "needed", key_help(block, key)) for key in spec.required]
    rows += [(code(key), "", key_help(block, key)) for key in spec.optional]
    if (block, "when") in BLOCK_KEY_HELP:
        rows.append((code("when"), "", key_help(block, "when")))
    keys = table(("key", "", "what it says"), rows) if rows else ""
    reads = f"Reads {', '.join(facts_within(spec.reach))}."
    if Scope.SHIPMENT in spec.reach.scopes and spec.value_reach != spec.reach:
        reads += " `shipment.*` only in conditions."
    return f"{keys}\n{reads}\n" if keys else f"{reads}\n"


def common_keys() -> str:
    keys = ("id", "when", "because", "effective", "overrides")
    notes = {"id": "needed", "overrides": "first match"}
    return table(
        ("key", "", "what it says"),
        ((code(key), notes.get(key, ""), key_help(Block.CARRIERS, key)) for key in keys),
    )


def words(choices: Iterable[str]) -> str:
    return table(("word", "what it means"), ((code(word), WORD_HELP[word]) for word in choices))


def facts() -> str:
    rows = (
        (code(fact.name), f"{fact.type}{', optional' if fact.optional else ''}", fact.help)
        for fact in VOCABULARY
    )
    return table(("fact", "type", "what it is"), rows)


def keys_of(*tables: tuple[str, Mapping[str, str]]) -> str:
    """Tables of keys, one below the other."""
    return "\n".join(f"{title}\n\n{table(('key', 'what it says'), rows_of(keys))}" for title, keys in tables)


def rows_of(keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((code(key), help) for key, help in keys.items())


PARTS: Mapping[str, Callable[[], str]] = {
    "header-keys": header_keys,
    "blocks": blocks,
    "common-keys": common_keys,
    **{f"block-{block.replace('_', '-')}": lambda block=block: block_keys(block) for block in Block},
    "per": lambda: words(Per),
    "split-units": lambda: words(SplitUnits),
    "actions": lambda: words(UnshippedAction),
    "levels": lambda: words((*Level, LAST_TIE)),
    "types": lambda: table(("type", "literals", "facts of it"), TYPES),
    "operators": lambda: table(("operator", "of", "gives", "example"), OPERATORS),
    "functions": lambda: table(("function", "gives", "example"), FUNCTIONS),
    "facts": facts,
    "case-keys": lambda: keys_of(
        ("A case", CASE_KEYS), ("`given`", GIVEN_KEYS), ("`order`", ORDER_KEYS), ("A line", LINE_KEYS),
        ("`payment`", PAYMENT_KEYS), ("`expect`", EXPECT_KEYS),
    ),
    "network-keys": lambda: keys_of(
        ("A network", NETWORK_KEYS), ("A node", NODE_KEYS), ("A service", SERVICE_KEYS), ("A product", PRODUCT_KEYS),
    ),
    **accounting_parts.PARTS,
    **contract_parts.PARTS,
    **ledger_parts.PARTS,
    **lifecycle_parts.PARTS,
    **metric_parts.PARTS,
}  # fmt: skip
"""The parts of pages that are made."""


def renewed(page: str) -> str:
    """A page with its made parts renewed."""
    text = (HERE / page).read_text(encoding="utf-8")
    return MARK.sub(lambda match: f"{match[1]}\n{PARTS[match[2]]()}\n{match[3]}", text)


RENEWED = (
    "rules.md", "../accounting.md", "../concepts/ledger.md", "../concepts/lifecycle.md", "../supply.md",
    "../metrics.md", "../returns.md", "../delays.md", "../contract.md",
)  # fmt: skip
PAGES: Mapping[str, Callable[[], str]] = {
    "changed-orders.md": changed_orders, "events.md": events, "findings.md": findings, "reasons.md": reasons,
    **{page: lambda page=page: renewed(page) for page in RENEWED},
}  # fmt: skip


def write(folder: Path) -> None:
    for name, made in PAGES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(made(), encoding="utf-8")
    write_schemas(folder / "schema")
    (folder / "schema/events").mkdir(exist_ok=True)
    for name, content in event_schemas().items():
        (folder / "schema/events" / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
