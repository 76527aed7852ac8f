"""Pages about advice, L3xx: nothing is wrong, and something is odd."""

from router.rules.diagnostics import Code
from router.rules.help.pages.page import Page

PAGES = (
    Page(
        code=Code.NEVER_EFFECTIVE,
        title="never in force, no longer, or not for long",
        cause="""\
The dates of the rule lie outside those of its rule set, have passed, or end within 14 days.""",
        avoid="""\
effective: {from: "2026-11-01", to: "2026-12-01"}
costs:
  - id: peak
    per: shipment
    amount: usd(1)
    effective: {from: "2026-12-01", to: "2026-12-24"}
""",
        prefer="""\
effective: {from: "2026-11-01", to: "2027-01-01"}
costs:
  - id: peak
    per: shipment
    amount: usd(1)
    effective: {from: "2026-12-01", to: "2026-12-24"}
""",
    ),
    Page(
        code=Code.SILENT,
        title="decided no order, or all of them",
        cause="""\
In production the rule never had an effect, or its `when` held for every order. A misspelled word is the
usual reason: `order.tier` may be any text, so the checker cannot know it. `router rules check --history`
asks a server's recorded orders, `--orders FILE` those saved by `router rules plan --save-orders FILE`.""",
        given="recorded orders: here 5,000 of them, a tenth with tier `GOLD`",
        avoid="""\
costs:
  - {id: greeting-card, when: order.tier == "GLOD", per: shipment, amount: usd(1)}
""",
        prefer="""\
costs:
  - {id: greeting-card, when: order.tier == "GOLD", per: shipment, amount: usd(1)}
""",
    ),
    Page(
        code=Code.UNTESTED,
        title="no case shows the rule at work",
        cause="""\
`router rules test --coverage` wants every rule to fire in one case and to be silent in another.""",
        given="the cases beside the rules: here one, of a marketplace order",
        avoid="""\
costs:
  - {id: web-card, when: order.channel == "web", per: shipment, amount: usd(1)}
""",
        prefer="""\
costs:
  - {id: fee, per: shipment, amount: usd(1)}
""",
    ),
    Page(
        code=Code.ODD,
        title="odd, but harmless",
        cause="""\
A list nobody uses, a word that stands twice, a part of a condition that changes nothing, or a condition
so long that nobody will read it. With `--history` or `--orders FILE` also a condition that nearly every
recorded order meets, and a word of a list, named nowhere else, that none of 100 orders or more brought
although others of the list came often: misspelled, or out of use.""",
        avoid="""\
lists:
  cold: [CHILLED, FROZEN]
costs:
  - {id: ice, when: line.temperature == "FROZEN", per: unit, amount: usd(1)}
""",
        prefer="""\
lists:
  cold: [CHILLED, FROZEN]
costs:
  - {id: ice, when: line.temperature in lists.cold, per: unit, amount: usd(1)}
""",
    ),
    Page(
        code=Code.UNEXPLAINED,
        title="nobody says why, or whom to ask",
        cause="""\
A hold or ban has no `because`, or the rule set no `owner`. Explanations show these words to colleagues
and customers.""",
        avoid="""\
constraints:
  - {id: no-flight, when: line.hazmat == "LITHIUM", ban: service.mode == "AIR"}
""",
        prefer="""\
constraints:
  - {id: no-flight, when: line.hazmat == "LITHIUM", ban: service.mode == "AIR", because: law}
""",
    ),
)
