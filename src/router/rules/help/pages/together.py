"""Pages about what rules do together: L105, L115, L116 and L2xx."""

from router.rules.diagnostics import Code
from router.rules.help.pages.page import Page

PAGES = (
    Page(
        code=Code.EQUAL_PRIORITY,
        title="two rule sets have the same priority",
        cause="""\
Where two rule sets apply to one order, the one with the higher priority is read first. With equal
priorities nobody could say which, unless their `applies` keep them apart.""",
        beside="""\
id: marketplace
priority: 10
applies: order.channel == "marketplace"
""",
        avoid="""\
priority: 10
""",
        prefer="""\
priority: 20
""",
    ),
    Page(
        code=Code.COST_BUDGET,
        title="reading all rules would take too long",
        cause="""\
Rules are read for every order, and a condition about lines and services is asked for each line, node
and service. The finding names the three dearest rules. Rules that differ in a word only are one rule
with a list.""",
        avoid="""\
constraints:
  - {id: milk, when: line.sku == "MILK", ban: lane.transit_days > days(2), because: spoils}  # and 400 more like it
""",
        prefer="""\
lists:
  perishable: [MILK, CREAM, BUTTER]
constraints:
  - {id: fresh, when: line.sku in lists.perishable, ban: lane.transit_days > days(2), because: spoils}
""",
    ),
    Page(
        code=Code.TOO_LARGE,
        title="something is too long, too deep or too many",
        cause="""\
Files, texts, numbers, lists and expressions have limits, so that checking always ends quickly. The
finding names the limit and the way out.""",
        avoid="""\
costs:
  - {id: dear, when: order.total > usd(1000000000000000000000), per: shipment, amount: usd(1)}
""",
        prefer="""\
costs:
  - {id: dear, when: order.total > usd(1000000), per: shipment, amount: usd(1)}
""",
    ),
    Page(
        code=Code.UNREACHABLE,
        title="the rule is never reached",
        cause="""\
In a first-match block the rules above it already decide all of its cases, one alone or several
together, so it could as well not be there.""",
        avoid="""\
splits:
  - {id: large, when: order.total > usd(100), max_shipments: 3}
  - {id: huge, when: order.total > usd(500), max_shipments: 5}
  - {id: default, max_shipments: 2}
""",
        prefer="""\
splits:
  - {id: huge, when: order.total > usd(500), max_shipments: 5, overrides: [large]}
  - {id: large, when: order.total > usd(100), max_shipments: 3}
  - {id: default, max_shipments: 2}
""",
    ),
    Page(
        code=Code.CONTRADICTION,
        title="the condition can never hold",
        cause="""\
Its parts exclude one another: no order in the world meets them all. Often `&&` stands where `||` was
meant, or `<` where `>` was.""",
        avoid="""\
costs:
  - {id: middle, when: order.total < usd(50) && order.total > usd(100), per: shipment, amount: usd(1)}
""",
        prefer="""\
costs:
  - {id: middle, when: order.total >= usd(50) && order.total <= usd(100), per: shipment, amount: usd(1)}
""",
    ),
    Page(
        code=Code.ALWAYS_TRUE,
        title="the condition always holds",
        cause="""\
Whatever comes, it is true, so it asks nothing. `a != x || a != y` is the usual slip: one of the two
always holds.""",
        avoid="""\
costs:
  - id: workdays
    when: time.weekday != "SATURDAY" || time.weekday != "SUNDAY"
    per: shipment
    amount: usd(1)
""",
        prefer="""\
costs:
  - id: workdays
    when: time.weekday != "SATURDAY" && time.weekday != "SUNDAY"
    per: shipment
    amount: usd(1)
""",
    ),
    Page(
        code=Code.SUBSUMED,
        title="other rules already forbid all of this",
        cause="""\
Bans add up, so one inside another changes nothing; it misleads those who edit it and see no effect.""",
        avoid="""\
lists:
  no_flight: [AEROSOL, LITHIUM]
constraints:
  - {id: no-flight, when: line.hazmat in lists.no_flight, ban: service.mode == "AIR", because: law}
  - {id: lithium, when: line.hazmat == "LITHIUM", ban: service.mode == "AIR", because: law}
""",
        prefer="""\
lists:
  no_flight: [AEROSOL, LITHIUM]
constraints:
  - {id: no-flight, when: line.hazmat in lists.no_flight, ban: service.mode == "AIR", because: law}
""",
    ),
    Page(
        code=Code.OVERLAP,
        title="two rules of a first-match block overlap",
        cause="""\
Some orders meet both, and the two decide differently: the first wins only because it stands first.
If that is meant, say so by `overrides`; nobody will then swap them by accident.""",
        avoid="""\
splits:
  - {id: gold, when: order.tier == "GOLD", max_shipments: 4}
  - {id: marketplace, when: order.channel == "marketplace", max_shipments: 1}
  - {id: default, max_shipments: 2}
""",
        prefer="""\
splits:
  - {id: gold, when: order.tier == "GOLD", max_shipments: 4, overrides: [marketplace]}
  - {id: marketplace, when: order.channel == "marketplace", max_shipments: 1}
  - {id: default, max_shipments: 2}
""",
    ),
    Page(
        code=Code.NOTHING_LEFT,
        title="for some orders nothing is left",
        cause="""\
The bans and filters together forbid every node and service for an order to which they apply. Such an
order never ships, and no planner meant that.""",
        avoid="""\
constraints:
  - id: heavy-from-warehouses
    when: order.weight > kg(50)
    ban: node.kind != "WAREHOUSE"
    because: stores have no lift
  - id: frozen-from-stores
    when: lines.exists(line, line.temperature == "FROZEN")
    ban: node.kind == "WAREHOUSE"
    because: warehouses have no freezer
""",
        prefer="""\
constraints:
  - id: heavy-from-warehouses
    when: order.weight > kg(50) && !lines.exists(line, line.temperature == "FROZEN")
    ban: node.kind != "WAREHOUSE"
    because: stores have no lift
  - id: frozen-from-stores
    when: lines.exists(line, line.temperature == "FROZEN")
    ban: node.kind == "WAREHOUSE"
    because: warehouses have no freezer
""",
    ),
    Page(
        code=Code.NO_CARRIER_LEFT,
        title="a carriers rule names only services that are forbidden",
        cause="""\
For some shipments every service that the rule names is banned at every node, so they cannot leave.""",
        given="the network: here `UPS/2DAY` flies",
        avoid="""\
constraints:
  - {id: no-flight, when: line.hazmat == "LITHIUM", ban: service.mode == "AIR", because: law}
carriers:
  - {id: gold, when: order.tier == "GOLD", use: [UPS/2DAY]}
  - {id: default, use: [UPS/GROUND]}
""",
        prefer="""\
constraints:
  - {id: no-flight, when: line.hazmat == "LITHIUM", ban: service.mode == "AIR", because: law}
carriers:
  - {id: gold, when: order.tier == "GOLD", use: [UPS/2DAY, UPS/GROUND]}
  - {id: default, use: [UPS/GROUND]}
""",
    ),
    Page(
        code=Code.ONLY_DEFAULT,
        title="between two rules only `default` decides",
        cause="""\
Two neighbors leave out a single value, usually by `<` and `>` where one of them should include it. What
lies before, after and beside all rules is for `default` to decide, and is no finding.""",
        avoid="""\
splits:
  - {id: light, when: order.weight < kg(30), max_shipments: 4}
  - {id: heavy, when: order.weight > kg(30), max_shipments: 2}
  - {id: default, max_shipments: 1}
""",
        prefer="""\
splits:
  - {id: light, when: order.weight < kg(30), max_shipments: 4}
  - {id: default, max_shipments: 2}
""",
    ),
    Page(
        code=Code.IDLE_SCORE,
        title="a score that decides nothing, or everything",
        cause="""\
A score is worth `weight` x `point_value` at most. Below the least difference between two prices it never
decides; far above all prices nothing else does.""",
        avoid="""\
scores:
  - {id: near, weight: 1, value: 1.0 - pair.distance / km(4000)}
objective: {point_value: usd(0.00001)}
""",
        prefer="""\
scores:
  - {id: near, weight: 1, value: 1.0 - pair.distance / km(4000)}
objective: {point_value: usd(1)}
""",
    ),
    Page(
        code=Code.IDLE_OFFER,
        title="an offer that is never sent",
        cause="""\
A rule of `substitutes` offers a product to lines that ask for that very product, which changes nothing. Or it
offers one that is not registered (a server knows that, when it checks files, or stages or activates them): it is
left out when orders are decided, as if the rule did not name it.""",
        avoid="""\
substitutes:
  - {id: swap, when: line.sku == "AUD-0001", offer: [AUD-0001, AUD-0002]}
""",
        prefer="""\
substitutes:
  - {id: swap, when: line.sku == "AUD-0001", offer: [AUD-0002]}
""",
    ),
    Page(
        code=Code.UNKNOWN_COUNTRY,
        title="a country that none is",
        cause="""\
Orders and nodes name countries by the two capital letters of ISO 3166; others are refused. A condition that compares
them with anything else (`USA`, `us`, `UK`) never holds, and with `!=` it always does: a filter drops every node, a
rule is for nobody.""",
        avoid="""\
filters:
  - {id: our-nodes, keep: node.country == "USA"}
""",
        prefer="""\
filters:
  - {id: our-nodes, keep: node.country == "US"}
""",
    ),
    Page(
        code=Code.CHEAP_FENCE,
        title="a fence that is none",
        cause="""\
A ban with its own dates is no ban outside them: to turn it into a price for a while, the dates stand
under `soften`. And a price below what breaking the fence saves is paid every time: with `--history` or
`--orders`, `router rules check` decides recorded orders with the fence hard and without it to know.""",
        avoid="""\
constraints:
  - id: on-time
    ban: lane.late_days > days(0)
    because: promised
    effective: {from: "2026-01-01", to: "2026-12-18"}
""",
        prefer="""\
constraints:
  - id: on-time
    ban: lane.late_days > days(0)
    because: promised
    soften:
      cost: usd(15)
      per: late_day
      effective: {from: "2026-12-18", to: "2026-12-27"}
""",
    ),
)
