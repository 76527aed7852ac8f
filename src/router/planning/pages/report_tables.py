"""The tables of a report: rules, nodes, service levels, the orders that change most, and the ids behind figures."""

from collections.abc import Sequence
from datetime import date
from difflib import SequenceMatcher

from router.planning.effects.changes import Aspect, Outline, Sending
from router.planning.effects.comparison import Changes, Comparison
from router.planning.effects.difference import Edit, Mark
from router.planning.effects.figures import money_of, signed_money
from router.planning.effects.guards import Load
from router.planning.pages.markup import Markup, join, tag
from router.planning.pages.page import Column, Entry, table

WORD_OF_MARK = {Mark.ADDED: "added", Mark.CHANGED: "changed", Mark.REMOVED: "removed"}
NUMBER = True


def slug(aspect: Aspect) -> str:
    """The aspect as part of an address inside the page."""
    return "behind-" + aspect.value.replace(" ", "-")


def edits_list(edits: Sequence[Edit], comparison: Comparison) -> Markup:
    """What is added, changed and removed, each with its text before and after and the orders it speaks to."""
    if not edits:
        return tag("p", "Both versions say the same, word for word of their meaning.")
    return tag(
        "ul", join(edit_item(edit, comparison.why.get(edit.name, 0)) for edit in edits), class_="edits"
    )


def edit_item(edit: Edit, orders: int) -> Markup:
    told = tag("span", f"bears on {counted(orders, 'order')} that change", class_="quiet") if orders else None
    return tag(
        "li",
        tag(
            "div",
            tag("b", edit.mark.value, class_="mark", aria_hidden="true"),
            tag("span", WORD_OF_MARK[edit.mark], class_="unseen"),
            tag("code", edit.name),
            tag("span", edit.block, class_="block"),
            told,
        ),
        tag("pre", marked(edit.before, edit.after), class_="old", aria_label="before")
        if edit.before
        else None,
        tag("pre", marked(edit.after, edit.before), class_="new", aria_label="after") if edit.after else None,
        class_=WORD_OF_MARK[edit.mark],
    )


def marked(text: str, other: str) -> Markup:
    """The text with the words marked that the other has not, where there is another."""
    words, others = text.split(" "), other.split(" ")
    parts: list[Markup | str] = []
    for kind, start, end, _, _ in SequenceMatcher(a=words, b=others, autojunk=False).get_opcodes():
        if start < end:
            said = " ".join(words[start:end])
            parts += [said if kind == "equal" or not other else tag("mark", said), " "]
    return join(parts)


def count_cells(before: int, after: int) -> list[Entry]:
    """Before, after and the difference."""
    return [
        Entry(content=f"{before:,}", order=before),
        Entry(content=f"{after:,}", order=after),
        Entry(content=f"{after - before:+,}" if after != before else "=", order=after - before),
    ]


def links_to(changes: Changes, kept: frozenset[str]) -> Markup:
    """The orders' ids; those that stand in the table of orders lead there."""
    return join(
        tag("a", change.order_id, href=f"#{change.decision_id}", class_="id")
        if change.decision_id in kept
        else tag("span", change.order_id, class_="id")
        for change in changes
    )


def nodes_table(comparison: Comparison, loads: Sequence[Load], kept: frozenset[str]) -> Markup:
    before, after = comparison.before, comparison.after
    load_of = {load.node_id: load for load in loads}
    rows: list[list[Entry | str]] = []
    for node_id in sorted({*before.node_shipments, *after.node_shipments}):
        load = load_of.get(node_id)
        busiest = (
            Entry(content=f"{load.before_per_cent} → {load.after_per_cent} %", order=load.after_per_cent)
            if load
            else Entry(content="no limit", order=-1)
        )
        rows.append(
            [
                node_id,
                *count_cells(before.node_shipments.get(node_id, 0), after.node_shipments.get(node_id, 0)),
                *count_cells(before.node_units.get(node_id, 0), after.node_units.get(node_id, 0)),
                busiest,
                Entry(content=links_to(comparison.node_examples.get(node_id, ()), kept)),
            ]
        )
    return table(
        "What each node ships",
        [
            Column(name="node"),
            *(Column(name=name, is_number=NUMBER) for name in ("shipments now", "new", "change")),
            *(Column(name=name, is_number=NUMBER) for name in ("units now", "new", "change")),
            Column(name="busiest day", is_number=NUMBER),
            Column(name="orders that move"),
        ],
        rows,
        id="nodes-table",
    )


def services_table(comparison: Comparison, kept: frozenset[str]) -> Markup:
    before, after = comparison.before.service_shipments, comparison.after.service_shipments
    return table(
        "Shipments by service level",
        [
            Column(name="service level"),
            *(Column(name=name, is_number=NUMBER) for name in ("shipments now", "new", "change")),
            Column(name="orders that move"),
        ],
        [
            [
                service,
                *count_cells(before.get(service, 0), after.get(service, 0)),
                Entry(content=links_to(comparison.service_examples.get(service, ()), kept)),
            ]
            for service in sorted({*before, *after})
        ],
        id="services-table",
    )


def rules_table(comparison: Comparison, currency: str) -> Markup:
    """What each rule charges on both sides, and in how many changed orders it says something else."""
    before, after = comparison.before.rule_milli, comparison.after.rule_milli
    rows: list[list[Entry | str]] = [
        [
            Entry(content=tag("code", rule)),
            Entry(content=money_of(before.get(rule, 0), currency), order=before.get(rule, 0)),
            Entry(content=money_of(after.get(rule, 0), currency), order=after.get(rule, 0)),
            Entry(
                content=signed_money(after.get(rule, 0) - before.get(rule, 0), currency),
                order=after.get(rule, 0) - before.get(rule, 0),
            ),
            Entry(content=f"{comparison.why.get(rule, 0):,}", order=comparison.why.get(rule, 0)),
        ]
        for rule in sorted({*before, *after, *comparison.why})
    ]
    return table(
        "What rules charge, and where they say something else",
        [
            Column(name="rule"),
            *(Column(name=name, is_number=NUMBER) for name in ("charged now", "new", "change")),
            Column(name="changed orders it bears on", is_number=NUMBER),
        ],
        rows,
        id="rules-table",
    )


def changes_table(changes: Changes, currency: str) -> Markup:
    """The kept examples; every row can be pointed to by its decision's id."""
    rows: list[list[Entry | str]] = [
        [
            Entry(content=tag("b", change.order_id, class_="id")),
            change.destination,
            Entry(content=plan_text(change.before)),
            Entry(content=plan_text(change.after)),
            Entry(content=money_of(change.before.cost_milli, currency), order=change.before.cost_milli),
            Entry(content=money_of(change.after.cost_milli, currency), order=change.after.cost_milli),
            Entry(content=signed_money(change.difference_milli, currency), order=change.difference_milli),
            Entry(content=join(tag("code", rule) for rule in change.why)),
        ]
        for change in changes
    ]
    return table(
        f"The {len(changes)} orders that change most",
        [
            Column(name="order"),
            Column(name="to"),
            Column(name="ships now"),
            Column(name="would ship"),
            *(Column(name=name, is_number=NUMBER) for name in ("cost now", "new", "change")),
            Column(name="rules that bear on it"),
        ],
        rows,
        id="orders-table",
        row_attributes=[
            {"id": change.decision_id, "data_aspects": "|".join(sorted(change.aspects)), "tabindex": "-1"}
            for change in changes
        ],
    )


def plan_text(outline: Outline) -> Markup:
    """Each shipment on a line, then what is left out."""
    lines: list[Markup] = [
        tag(
            "div",
            tag("b", sending.node_id),
            f" {sending.service_level_id}, {counted(sending.units, 'unit')}, {arrival_text(sending)}",
            tag("em", f", {counted(sending.late_days, 'day')} late") if sending.late_days else None,
        )
        for sending in outline.sendings
    ]
    if outline.units_left_out:
        word = "held" if outline.is_held else "left out"
        lines.append(tag("div", tag("em", f"{outline.units_left_out} {word}")))
    if not outline.is_proven:
        lines.append(tag("div", tag("em", "not proven")))
    return join(lines)


def counted(count: int, noun: str) -> str:
    """`1 unit`, `2 units`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def arrival_text(sending: Sending) -> str:
    """`arrives 03-06`."""
    return f"arrives {date.fromordinal(sending.delivery_day):%m-%d}"


def behind(comparison: Comparison) -> Markup:
    """For each way of changing: how many orders, and the ids of those that are kept."""
    parts = []
    for aspect in Aspect:
        if not (count := comparison.aspects.get(aspect, 0)):
            continue
        kept = comparison.examples.get(aspect, ())
        shown = "all of them" if len(kept) == count else f"the {len(kept)} largest in money"
        parts.append(
            tag(
                "details",
                tag("summary", tag("b", aspect.value), f" {counted(count, 'order')}; {shown}"),
                tag("p", links_to(kept, frozenset(one.decision_id for one in kept)), class_="ids"),
                id=slug(aspect),
            )
        )
    return tag("div", join(parts), class_="behind")
