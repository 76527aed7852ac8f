"""Pages about findings in single rules and files: L1xx."""

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
        code=Code.MISSING_DEFAULT,
        title="a first-match block without `default`",
        cause="""\
In `carriers`, `splits` and `backorder` the first rule that matches decides, so the last must match
always.""",
        avoid="""\
splits:
  - {id: gold, when: order.tier == "GOLD", max_shipments: 2}
""",
        prefer="""\
splits:
  - {id: gold, when: order.tier == "GOLD", max_shipments: 2}
  - {id: default, max_shipments: 3}
""",
    ),
    Page(
        code=Code.DEFAULT_NOT_LAST,
        title="`default` is not the last rule",
        cause="Nothing after `default` could ever match.",
        avoid="""\
splits:
  - {id: default, max_shipments: 3}
  - {id: gold, when: order.tier == "GOLD", max_shipments: 2}
  - {id: default, max_shipments: 3}
""",
        prefer="""\
splits:
  - {id: gold, when: order.tier == "GOLD", max_shipments: 2}
  - {id: default, max_shipments: 3}
""",
    ),
    Page(
        code=Code.UNKNOWN_LIST,
        title="no such list",
        cause="`lists.x` must be written under `lists` of the same file.",
        avoid="""\
filters:
  - {id: peak, keep: "!(node.id in lists.peak)"}
""",
        prefer="""\
lists:
  peak: [dc-ohio, dc-reno]
filters:
  - {id: peak, keep: "!(node.id in lists.peak)"}
""",
    ),
    Page(
        code=Code.TYPE,
        title="these do not go together",
        cause="""\
Every fact and literal has a type: money, weight, distance, days ... Only equal types are compared
or added, and nothing is converted silently. A condition must be true or false, a cost must be
money.""",
        avoid="""\
constraints:
  - {id: heavy, ban: line.unit_weight > usd(20), because: too heavy}
""",
        prefer="""\
constraints:
  - {id: heavy, ban: line.unit_weight > kg(20), because: too heavy}
""",
    ),
    Page(
        code=Code.UNKNOWN_FACT,
        title="no such fact",
        cause="""\
The name is misspelled, or it is a fact of your own that the file does not declare under
`attributes`. The language reference lists all facts, and an editor offers them while you type.""",
        avoid="""\
filters:
  - {id: web, when: order.chanel == "web", keep: node.is_open}
""",
        prefer="""\
filters:
  - {id: web, when: order.channel == "web", keep: node.is_open}
""",
    ),
    Page(
        code=Code.UNKNOWN_CHOICE,
        title="not one of the words that may stand here",
        cause="The value comes from a closed list: the finding shows it.",
        avoid="""\
costs:
  - {id: handling, per: box, amount: usd(1.25)}
""",
        prefer="""\
costs:
  - {id: handling, per: parcel, amount: usd(1.25)}
""",
    ),
    Page(
        code=Code.UNGUARDED_OPTIONAL,
        title="the fact may be absent",
        cause="""\
Not everything has this fact: an order without a promise has no promised day. Say what counts then:
`default(fact, value)`, or ask `has(fact)`.""",
        avoid="""\
splits:
  - {id: urgent, when: order.promise_days < days(3), max_shipments: 4}
  - {id: default}
""",
        prefer="""\
splits:
  - {id: urgent, when: "default(order.promise_days, days(99)) < days(3)", max_shipments: 4}
  - {id: default}
""",
    ),
    Page(
        code=Code.FACT_OUT_OF_REACH,
        title="this block cannot see that fact",
        cause="""\
A filter decides about a node for a whole order, so it knows nothing of single lines; what a
shipment weighs is known only to costs and carriers. This order of things keeps rules free of
circles.""",
        avoid="""\
filters:
  - {id: light, keep: line.unit_weight < kg(20)}
""",
        prefer="""\
constraints:
  - {id: light, ban: line.unit_weight >= kg(20), because: too heavy}
""",
    ),
    Page(
        code=Code.EXPRESSION_SYNTAX,
        title="the expression cannot be read",
        cause="A bracket is missing, two values stand side by side, or `=` stands where `==` was meant.",
        avoid="""\
filters:
  - {id: stores, keep: node.kind = "STORE"}
""",
        prefer="""\
filters:
  - {id: stores, keep: node.kind == "STORE"}
""",
    ),
    Page(
        code=Code.DIVISION,
        title="the divisor could be zero",
        cause="""\
A checked rule cannot fail, so it divides by a number other than zero, or says what counts instead:
`div(a, b, 0.0)`.""",
        avoid="""\
scores:
  - {id: deep, weight: 10, value: 10.0 / float(stock.available)}
objective: {point_value: usd(0.01)}
""",
        prefer="""\
scores:
  - {id: deep, weight: 10, value: "div(10.0, float(stock.available), 1.0)"}
objective: {point_value: usd(0.01)}
""",
    ),
    Page(
        code=Code.CURRENCY,
        title="another currency",
        cause="""\
All rule files of a pack have one currency, and money is written with its code: `usd(2.50)`.""",
        avoid="""\
costs:
  - {id: handling, per: shipment, amount: eur(1.25)}
""",
        prefer="""\
costs:
  - {id: handling, per: shipment, amount: usd(1.25)}
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
