"""The head of a report: what was tried, the answer in a sentence, and a card for each figure."""

from collections.abc import Mapping

from router.planning.effects.changes import Aspect
from router.planning.effects.comparison import Comparison
from router.planning.effects.figures import Figure, Trend, share_text
from router.planning.effects.summary import period_text, sentence_of, short
from router.planning.effects.trial import Trial
from router.planning.pages.markup import Markup, join, tag
from router.planning.pages.report_tables import slug


def header(trial: Trial) -> Markup:
    """What was tried, the answer in a sentence, and the figures."""
    comparison = trial.comparison
    return tag(
        "header",
        tag("p", "effect of a change of rules", class_="kicker"),
        tag("h1", f"{comparison.orders:,} orders, decided under both versions"),
        tag("p", sentence_of(trial), class_="answer"),
        tag(
            "dl",
            *pair("now", tag("code", short(trial.base_digest)), " in force"),
            *pair("new", tag("code", short(trial.candidate_digest)), " ", ", ".join(trial.paths)),
            *pair("orders", f"{trial.source}, {period_text(comparison)}"),
            *pair("made", f"{trial.made_time} by {trial.made_by or 'nobody named'}"),
            class_="facts",
        ),
        tag(
            "div",
            join(card(figure, trial.currency, comparison.aspects) for figure in trial.figures()),
            class_="cards",
        ),
        changed_bar(comparison),
    )


def pair(name: str, *said: Markup | str) -> tuple[Markup, Markup]:
    return tag("dt", name), tag("dd", *said)


def card(figure: Figure, currency: str, counts: Mapping[Aspect, int]) -> Markup:
    """One figure: now, new, the change; its orders one click away."""
    unit = tag("small", f" {currency}") if figure.name.startswith("cost") else None
    links = [
        tag("a", f"{aspect.value} ({counts[aspect]:,})", href=f"#{slug(aspect)}", data_aspect=aspect.value)
        for aspect in figure.aspects
        if counts.get(aspect)
    ]
    return tag(
        "div",
        tag("h3", figure.name),
        tag("p", f"now {figure.before}", class_="from"),
        tag("p", figure.after, unit, class_="to"),
        tag(
            "p",
            tag("b", figure.change if figure.change != "=" else "no change", class_=figure.trend.value),
            tag("span", {Trend.BETTER: " better", Trend.WORSE: " worse", Trend.SAME: ""}[figure.trend]),
        ),
        tag("p", figure.note, class_="quiet") if figure.note else None,
        tag("p", join(links), class_="links") if links else None,
        class_=f"card {figure.trend.value}",
    )  # fmt: skip


def changed_bar(comparison: Comparison) -> Markup:
    """How many orders ship otherwise, cost otherwise, and stay as they are."""
    same = comparison.orders - comparison.changed - comparison.repriced
    shares = [
        ("changed", comparison.changed, "ship otherwise"),
        ("repriced", comparison.repriced, "ship the same at another cost"),
        ("same", same, "stay as they are"),
    ]
    total = max(1, comparison.orders)
    return tag(
        "div",
        tag(
            "div",
            join(
                tag("span", class_=kind, style=f"width:{100 * count / total:.3f}%", title=f"{count:,} {words}")
                for kind, count, words in shares
                if count
            ),
            class_="stack", aria_hidden="true",
        ),
        tag(
            "p",
            join(
                tag("span", tag("i", class_=kind), f"{count:,} ({share_text(count, total)}) {words}")
                for kind, count, words in shares
            ),
            class_="legend",
        ),
        class_="changed-bar",
    )  # fmt: skip
