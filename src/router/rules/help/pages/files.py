"""Pages about how rule files are written: L101 to L104, L106, L120 to L123."""

from router.rules.diagnostics import Code
from router.rules.help.pages.page import Page

PAGES = (
    Page(
        code=Code.SYNTAX,
        title="the file is not sound YAML",
        cause="""\
A bracket or quote is not closed, a line is indented by a tab or not as deep as its neighbors, or an
expression that starts with `!`, or stands inside `{...}` and contains `,` or `[`, is not in quotes.
Anchors, aliases, merge keys and tags are not part of the language.""",
        avoid="""\
filters:
  - {id: open, keep: !node.is_open}
""",
        prefer="""\
filters:
  - {id: open, keep: "!node.is_open"}
""",
    ),
    Page(
        code=Code.DUPLICATE_KEY,
        title="a key stands twice",
        cause="YAML readers silently keep one of the two, and not all the same one.",
        avoid="""\
filters:
  - id: open
    keep: node.is_open
    keep: node.kind == "STORE"
""",
        prefer="""\
filters:
  - {id: open, keep: node.is_open}
  - {id: stores, keep: node.kind == "STORE"}
""",
    ),
    Page(
        code=Code.UNKNOWN_KEY,
        title="no such key here",
        cause="""\
The key is misspelled, or belongs to another block. The finding lists the keys that are known.""",
        avoid="""\
filters:
  - {id: open, kept: node.is_open}
""",
        prefer="""\
filters:
  - {id: open, keep: node.is_open}
""",
    ),
    Page(
        code=Code.DUPLICATE_ID,
        title="an id stands twice",
        cause="""\
Explanations name rules by their ids, so each may stand only once in a file, and each file's in a
pack.""",
        avoid="""\
filters:
  - {id: open, keep: node.is_open}
  - {id: open, keep: node.kind == "STORE"}
""",
        prefer="""\
filters:
  - {id: open, keep: node.is_open}
  - {id: stores, keep: node.kind == "STORE"}
""",
    ),
    Page(
        code=Code.BAD_DATE,
        title="not a date, a time zone or an interval",
        cause="""\
Dates are written in quotes as `"2026-11-23"` or `"2026-11-23T09:00"`, local to the file's
`timezone`. `from` belongs to the interval, `to` does not, so `to` must be later.""",
        avoid="""\
effective: {from: "2026-12-24", to: "2026-11-23"}
""",
        prefer="""\
effective: {from: "2026-11-23", to: "2026-12-24"}
""",
    ),
    Page(
        code=Code.MISSING_KEY,
        title="a key is missing",
        cause="""\
The finding names it. Scores also need `objective.point_value`, which says what a point is worth.""",
        avoid="""\
costs:
  - {id: handling, amount: usd(1.25)}
""",
        prefer="""\
costs:
  - {id: handling, per: shipment, amount: usd(1.25)}
""",
    ),
    Page(
        code=Code.WRONG_KIND,
        title="a list, a mapping or a text was expected",
        cause="Blocks are lists of rules, each begun by `-`; a rule is a mapping of keys to values.",
        avoid="""\
filters: {id: open, keep: node.is_open}
""",
        prefer="""\
filters:
  - {id: open, keep: node.is_open}
""",
    ),
    Page(
        code=Code.NEEDS_QUOTES,
        title="programs would not agree on what this is",
        cause="""\
Without quotes `NO` is Norway to one reader and false to another, `01234` loses its zero, `16:30`
becomes 990. Written in quotes each stays what you wrote.""",
        avoid="""\
lists:
  nordic: [SE, NO, DK]
filters:
  - {id: nordic, keep: node.country in lists.nordic}
""",
        prefer="""\
lists:
  nordic: [SE, "NO", DK]
filters:
  - {id: nordic, keep: node.country in lists.nordic}
""",
    ),
    Page(
        code=Code.BAD_VALUE,
        title="not a value that can stand here",
        cause="""\
The finding names the limit: a number out of range, an amount finer than the currency, an id with
blanks.""",
        avoid="""\
splits:
  - {id: default, max_shipments: 0}
""",
        prefer="""\
splits:
  - {id: default, max_shipments: 1}
""",
    ),
)
