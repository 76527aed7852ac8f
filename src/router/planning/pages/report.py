"""The report of a change of rules: one offline page to mail, to print and to click through."""

from collections.abc import Sequence

from router.domain.plan import CostKind
from router.planning.effects.changes import Aspect
from router.planning.effects.comparison import EXAMPLES_MAX, Comparison
from router.planning.effects.figures import money_of
from router.planning.effects.guards import GUARD_PER_CENT
from router.planning.effects.summary import short
from router.planning.effects.trial import Trial
from router.planning.pages.markup import Markup, join, tag
from router.planning.pages.page import PageParts, page, section
from router.planning.pages.report_charts import BARS_MAX, Bar, bars, load_chart, spread_chart
from router.planning.pages.report_head import header
from router.planning.pages.report_map import draw_map
from router.planning.pages.report_tables import (
    behind,
    changes_table,
    edits_list,
    nodes_table,
    rules_table,
    services_table,
)

KIND_WORDS = {
    CostKind.SPLIT: "further shipments",
    CostKind.RULE: "charges of rules",
    CostKind.BACKORDER: "units left out",
    CostKind.MOVE: "moves of shipments",
    CostKind.TRANSFER: "transfers between nodes",
    CostKind.SUBSTITUTE: "products sent instead of others",
}
METHOD = (
    "Each order was decided under both versions from the inputs that its recorded decision kept: the same stock, the"
    " same free days, the same moment. What a change would do to later orders through the stock it leaves behind is"
    " not part of these figures. Costs are what the engine minimizes: carriers, nodes, and what rules charge or grant.",
    "Orders of which both versions say the same were not solved again: their plan is the same. The interval is the"
    " 95 % confidence interval of the mean change per order, from paired differences; it says how far figures of"
    " other orders like these may differ.",
)


def render_report(trial: Trial, parts: PageParts) -> str:
    """The page. It holds sums and at most `EXAMPLES_MAX` orders, however many were tried."""
    comparison = trial.comparison
    changes = comparison.largest_changes()
    kept = frozenset(change.decision_id for change in changes)
    loads = trial.loads()
    drawn = draw_map(comparison, trial.network, parts.outline)
    body = [
        header(trial),
        section("rules", "What the change says", edits_list(trial.edits, comparison)),
        section(
            "money", "Where the money goes",
            two(
                sides("Cost by part", bars("Cost by part, now and new", kind_bars(comparison, trial.currency))),
                captioned("Orders by the change of their cost", spread_chart(comparison.spread, trial.currency)),
            ),
            rules_table(comparison, trial.currency),
        ),
        section(
            "nodes", "Who ships",
            figure_of_map(drawn),
            two(
                captioned("Busiest day of each node with a limit", load_chart(loads)) if loads else None,
                sides("Shipments by service level", bars("Shipments by service level", service_bars(comparison))),
            ),
            nodes_table(comparison, loads, kept),
            services_table(comparison, kept),
        ),
        section(
            "orders", "Orders that change",
            filter_bar(comparison),
            changes_table(changes, trial.currency),
            lead=f"At most {EXAMPLES_MAX}: for each way of changing the orders largest in money.",
        ),
        section("behind", "Orders behind each figure", behind(comparison)),
        section("method", "How to read this", *(tag("p", text) for text in METHOD)),
        footer(trial),
    ]  # fmt: skip
    contents = [
        ("rules", "rules"), ("money", "money"), ("nodes", "nodes"), ("orders", "orders"),
        ("behind", "behind the figures"), ("method", "how to read this"),
    ]  # fmt: skip
    return page(f"Change of rules {short(trial.candidate_digest)}", contents, body, parts)


def two(*pictures: Markup | None) -> Markup:
    return tag("div", join(pictures), class_="two")


def captioned(words: str, picture: Markup) -> Markup:
    """A chart under its name."""
    return tag("figure", tag("figcaption", words), picture)


def sides(words: str, picture: Markup) -> Markup:
    """A chart of two sides, with their colors."""
    legend = tag(
        "p",
        *(tag("span", tag("i", class_=kind), word) for kind, word in (("before", "now"), ("after", "new"))),
        class_="legend",
    )
    return captioned(words, join([picture, legend]))


def kind_bars(comparison: Comparison, currency: str) -> Sequence[Bar]:
    """The parts of the cost that are not zero, in their declared order."""
    before, after = comparison.before.kind_milli, comparison.after.kind_milli
    return [
        Bar(
            name=KIND_WORDS.get(kind, kind.value.lower().replace("_", " ")),
            before=before.get(kind, 0),
            after=after.get(kind, 0),
            before_text=money_of(before.get(kind, 0), currency),
            after_text=money_of(after.get(kind, 0), currency),
        )
        for kind in CostKind
        if before.get(kind) or after.get(kind)
    ]


def service_bars(comparison: Comparison) -> Sequence[Bar]:
    """The service levels with most shipments."""
    before, after = comparison.before.service_shipments, comparison.after.service_shipments
    names = sorted({*before, *after}, key=lambda name: (-max(before.get(name, 0), after.get(name, 0)), name))
    return [
        Bar(
            name=name,
            before=before.get(name, 0),
            after=after.get(name, 0),
            before_text=f"{before.get(name, 0):,}",
            after_text=f"{after.get(name, 0):,}",
        )
        for name in names[:BARS_MAX]
    ]


def figure_of_map(drawn: Markup | None) -> Markup | None:
    if drawn is None:
        return None
    legend = [
        ("all", "orders by destination"), ("changed", "of them, ship otherwise"), ("was", "a node ships now"),
        ("more", "would ship, more than now"), ("fewer", "would ship, fewer than now"), ("even", "as many"),
    ]  # fmt: skip
    return tag(
        "figure",
        tag("figcaption", "Destinations, and what nodes ship before and after (areas are proportional)"),
        drawn,
        tag(
            "p",
            join(tag("span", tag("i", class_=f"map-{kind}"), words) for kind, words in legend),
            class_="legend",
        ),
    )


def filter_bar(comparison: Comparison) -> Markup:
    """Narrows the table below; hidden where scripts do not run."""
    options = [tag("option", "all", value="")]
    options += [
        tag("option", f"{aspect.value} ({comparison.aspects[aspect]:,})", value=aspect.value)
        for aspect in Aspect
        if comparison.aspects.get(aspect)
    ]
    return tag(
        "form",
        tag("label", "show ", tag("select", join(options), id="aspect")),
        tag("label", "with ", tag("input", id="words", type="search", placeholder="order, node, rule …")),
        tag("output", id="shown", aria_live="polite"),
        class_="filter",
        hidden=True,
    )


def footer(trial: Trial) -> Markup:
    effect = trial.effect
    return tag(
        "footer",
        f"Solved for this report: {effect.solved_before:,} orders under the rules in force, {effect.solved_after:,}"
        f" under the new ones. The guard for nodes is {GUARD_PER_CENT} % of what they can dispatch in a day."
        f" Rules {trial.base_digest} → {trial.candidate_digest}, network {trial.network.digest}.",
    )
