"""The page of the rules: each in plain words, why it is, whose, since when, how often it decided, what it cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from router.planning.effects.figures import money_of, share_text, signed_money
from router.planning.effects.rule_costs import RuleCost
from router.planning.effects.summary import short
from router.planning.pages.markup import Markup, join, tag
from router.planning.pages.page import Column, Entry, PageParts, page, section, table
from router.planning.pages.report_charts import Bar, bars
from router.planning.pages.report_tables import counted
from router.planning.pages.rule_words import sentence_of
from router.planning.pages.words import clause, is_always
from router.rules.blocks.dates import Window
from router.rules.blocks.effects import Block, Rule, RuleSet
from router.rules.ruleset import CompiledRules, RuleRow

BLOCK_WORDS: Mapping[Block, tuple[str, str]] = {
    Block.HOLDS: ("Holds", "An order that any of these names ships nothing until a person releases it."),
    Block.ON_ACCOUNT: ("On account", "Goods of all other orders leave only when payments cover them."),
    Block.SUBSTITUTES: ("Substitutes", "Products that may be sent instead of one that was asked for."),
    Block.FILTERS: ("Filters", "A node takes part only if every one of these keeps it."),
    Block.CONSTRAINTS: ("Bans", "What any of these forbids stays forbidden, whatever it would save."),
    Block.TOGETHER: ("Kept together", "Lines that leave in one shipment."),
    Block.SAFETY_STOCK: ("Safety stock", "The most specific of these decides how many units a node keeps."),
    Block.STOCK_CAPS: ("Caps on stock", "The least of these counts."),
    Block.SCORES: ("Preferences", "What a place misses counts like money, but nobody pays it."),
    Block.COSTS: ("Prices", "All that hold are added to what carriers and nodes cost."),
    Block.CARRIERS: ("Services", "Read from the top; the first that holds decides."),
    Block.SPLITS: ("Splits", "Read from the top; the first that holds decides."),
    Block.BACKORDER: ("What cannot ship", "Read from the top; the first that holds decides."),
}
MANY_SETS = " Where several rule sets speak of an order, the one that stands higher is read first."


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesSeen:
    """What is known of a pack besides its files.

    `since` says for each rule, by name, from when and by whom it stands as it does. `costs` are what rules did to
    `orders` orders of `period`; both are empty where nobody looked.
    """

    title: str
    made_time: str
    currency: str
    since: Mapping[str, str] = field(default_factory=dict)
    costs: Mapping[str, RuleCost] = field(default_factory=dict)
    orders: int = 0
    period: str = ""


def render_rules(rules: CompiledRules, seen: RulesSeen, parts: PageParts) -> str:
    """The page."""
    rows = {row.name: row for row in rules.describe()}
    contents = [(f"set-{one.id}", one.id) for one in rules.sets]
    if seen.costs:
        contents = [("overview", "all rules at a glance"), *contents]
    body = [
        header(rules, seen),
        overview(rules, rows, seen) if seen.costs else None,
        *(rule_set(one, rows, seen) for one in rules.sets),
        tag("footer", f"Version {rules.digest}, written {seen.made_time}."),
    ]
    return page(seen.title, contents, body, parts)


def header(rules: CompiledRules, seen: RulesSeen) -> Markup:
    owners = sorted({one.owner for one in rules.sets if one.owner})
    said = (
        f"{counted(rules.rule_count, 'rule')} in {counted(len(rules.sets), 'rule set')}"
        + (f", kept by {', '.join(owners)}" if owners else "")
        + "."
        + (MANY_SETS if len(rules.sets) > 1 else "")
    )
    looked = (
        f"How often each decided and what it cost is of {seen.orders:,} recorded orders, {seen.period}. The cost of a"
        " rule is what the orders cost with it, less what they would cost without it."
    )
    return tag(
        "header",
        tag("p", "how orders ship, and why", class_="kicker"),
        tag("h1", seen.title),
        tag("p", said, class_="answer"),
        tag("p", looked, class_="quiet") if seen.costs else None,
        tag(
            "dl",
            tag("dt", "version"), tag("dd", tag("code", short(rules.digest))),
            tag("dt", "written"), tag("dd", seen.made_time),
            class_="facts",
        ),
    )  # fmt: skip


def overview(rules: CompiledRules, rows: Mapping[str, RuleRow], seen: RulesSeen) -> Markup:
    """Every rule in a row, with its figures."""
    lines: list[list[Entry | str]] = []
    for name, row in rows.items():
        cost = seen.costs.get(name, RuleCost())
        lines.append(
            [
                Entry(content=tag("a", tag("code", name), href=f"#{anchor(name)}")),
                BLOCK_WORDS[row.block][0].lower(),
                row.owner,
                Entry(content=f"{cost.decided:,}", order=cost.decided),
                Entry(content=f"{cost.changed:,}", order=cost.changed),
                Entry(content=money_of(cost.charged_milli, seen.currency), order=cost.charged_milli),
                Entry(content=signed_money(cost.cost_milli, seen.currency), order=cost.cost_milli),
            ]
        )
    columns = [
        Column(name="rule"), Column(name="kind"), Column(name="owner"),
        Column(name="orders it decided", is_number=True), Column(name="orders it changed", is_number=True),
        Column(name="charged", is_number=True), Column(name="cost", is_number=True),
    ]  # fmt: skip
    return section(
        "overview",
        "All rules at a glance",
        dearest(seen),
        table(f"Figures in {seen.currency}", columns, lines, id="rules-table"),
        lead="Below zero a rule saved money: without it the orders would cost more.",
    )


def dearest(seen: RulesSeen) -> Markup | None:
    """The rules that cost most, as bars."""
    names = sorted(seen.costs, key=lambda name: (-seen.costs[name].cost_milli, name))
    dear = [name for name in names if seen.costs[name].cost_milli > 0][:10]
    if not dear:
        return None
    rows = [
        Bar(
            name=name.partition("/")[2],
            before=max(0, seen.costs[name].charged_milli),
            after=seen.costs[name].cost_milli,
            before_text=money_of(seen.costs[name].charged_milli, seen.currency),
            after_text=money_of(seen.costs[name].cost_milli, seen.currency),
        )
        for name in dear
    ]
    legend = tag(
        "p",
        tag("span", tag("i", class_="before"), "charged in plans"),
        tag("span", tag("i", class_="after"), "cost, detours included"),
        class_="legend",
    )
    return tag(
        "figure",
        tag("figcaption", "The rules that cost most"),
        bars("The rules that cost most", rows),
        legend,
    )


def rule_set(one: RuleSet, rows: Mapping[str, RuleRow], seen: RulesSeen) -> Markup:
    """One file: whom it is for, and its rules by what they do."""
    blocks = [
        part
        for block in Block
        if one.block(block)
        for part in (
            tag("h3", BLOCK_WORDS[block][0], class_="blockname"),
            tag("p", BLOCK_WORDS[block][1], class_="quiet"),
            *(rule_card(one, rule, rows[rule.ref.name], seen) for rule in one.block(block)),
        )
    ]
    return section(
        f"set-{one.id}", one.id, notes(set_notes(one)), *blocks, lead=set_sentence(one, seen.currency)
    )


def set_sentence(one: RuleSet, currency: str) -> str:
    """Which orders a rule set is for, and what its plans are compared by."""
    whom = "every order" if is_always(one.applies) else f"orders where {clause(one.applies, currency)}"
    said = [f"For {whom}."]
    if one.objective is not None and one.objective.tiers:
        said.append(f"Before cost, plans are compared by {levels(one.objective.tiers)}.")
    if one.objective is not None and one.objective.ties:
        said.append(f"Of plans that cost the same, the one with fewer {levels(one.objective.ties)} wins.")
    return " ".join(said)


def levels(names: Sequence[str]) -> str:
    return ", then ".join(name.replace("_", " ") for name in names)


def set_notes(one: RuleSet) -> list[str]:
    return [
        f"kept by {one.owner}" if one.owner else "kept by nobody named",
        f"priority {one.priority}",
        f"revision {one.revision}" if one.revision else "",
        in_force(one.window, one.zone),
    ]


def rule_card(one: RuleSet, rule: Rule, row: RuleRow, seen: RulesSeen) -> Markup:
    """One rule: what, why, and all that is known of it."""
    return tag(
        "article",
        tag("h3", tag("code", row.name)),
        tag("p", sentence_of(rule, one.zone, seen.currency), class_="says"),
        tag("p", f"Because {row.because}.", class_="because") if row.because else None,
        notes([*rule_place(row), in_force(rule.window, one.zone), *rule_notes(row, seen)]),
        tag("details", tag("summary", "as written"), tag("pre", written(row)), class_="written"),
        id=anchor(row.name),
        class_="rulecard",
    )


def rule_place(row: RuleRow) -> list[str]:
    return [f"number {row.place} of its list"] if row.place else []


def in_force(window: Window, zone: ZoneInfo | None) -> str:
    dates = window.words(zone)
    return f"in force {dates}" if dates else ""


def rule_notes(row: RuleRow, seen: RulesSeen) -> list[str]:
    cost = seen.costs.get(row.name)
    told = [seen.since.get(row.name, "")]
    if cost is not None:
        orders = "1 order" if cost.decided == 1 else f"{cost.decided:,} orders"
        told.append(f"decided {orders} ({share_text(cost.decided, cost.orders)})")
        told.append(
            f"charged {money_of(cost.charged_milli, seen.currency)} {seen.currency}"
            if cost.charged_milli
            else ""
        )
        told.append(cost_text(cost, seen.currency))
    told.append(row.position)
    return told


def cost_text(cost: RuleCost, currency: str) -> str:
    if not cost.cost_milli:
        return "cost nothing"
    word = "cost" if cost.cost_milli > 0 else "saved"
    money = money_of(abs(cost.cost_milli), currency)
    orders = "1 order ships" if cost.changed == 1 else f"{cost.changed:,} orders ship"
    return f"{word} {money} {currency}; {orders} otherwise for it"


def notes(told: Sequence[str]) -> Markup:
    return tag("p", join(tag("span", one) for one in told if one), class_="notes")


def written(row: RuleRow) -> str:
    """The rule's own words, a key on each line."""
    return "\n".join(part for part in (f"when: {row.when}" if row.when else "", row.effect) if part)


def anchor(name: str) -> str:
    return "rule-" + name.replace("/", "-")
