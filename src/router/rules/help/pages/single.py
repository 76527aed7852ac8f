"""Pages about findings in single rules and their expressions: the other L1xx."""

from router.rules.diagnostics import Code
from router.rules.help.pages.page import Page

PAGES = (
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
)
