"""The effect of a change of rules in words: a sentence, the terminal's page, a pull request's comment, and JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from router.domain.currency import DECIMALS
from router.domain.identifiers import Instant
from router.planning.effects.changes import Aspect, Change
from router.planning.effects.comparison import Comparison
from router.planning.effects.difference import HEADER, Edit, Mark
from router.planning.effects.figures import Figure, Trend, money_of, share_text, signed_money
from router.planning.effects.guards import interval_of
from router.planning.effects.sums import Sums
from router.planning.effects.trial import Trial

EDITS_IN_MARKDOWN = 20
CHANGES_NAMED = 3
CHANGES_IN_MARKDOWN = 10
RULES_IN_MARKDOWN = 4
WORDS_MAX = 100
SHORT = 12
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def short(digest: str) -> str:
    """How people call a version."""
    return digest[:SHORT]


def period_text(comparison: Comparison) -> str:
    """`2026-03-02 to 2026-03-08`."""
    if comparison.first_at is None or comparison.last_at is None:
        return "no orders"
    return days_text(comparison.first_at, comparison.last_at)


def days_text(first_at: Instant, last_at: Instant) -> str:
    """The days in UTC, one or from to."""
    first, last = day_text(first_at), day_text(last_at)
    return first if first == last else f"{first} to {last}"


def day_text(at: Instant) -> str:
    return (EPOCH + timedelta(microseconds=at)).date().isoformat()


def sentence_of(trial: Trial) -> str:
    """The answer, for somebody who reads nothing else."""
    comparison = trial.comparison
    if not comparison.orders:
        return "There were no orders to decide."
    if not comparison.changed and not comparison.repriced:
        return "No order would ship or cost otherwise."
    decimals = DECIMALS.get(trial.currency, 2)
    per_order = abs(comparison.difference_milli) / comparison.orders / 1_000 / 10**decimals
    if comparison.difference_milli == 0:
        cost = "the cost stays the same"
    else:
        word = "falls" if comparison.difference_milli < 0 else "rises"
        total = money_of(abs(comparison.difference_milli), trial.currency)
        cost = f"the cost {word} by {per_order:.{decimals}f} {trial.currency} an order, {total} in all"
    tail = "".join(f"; {text}" for text in consequences(comparison))
    return (
        f"{comparison.changed:,} of {comparison.orders:,} orders"
        f" ({share_text(comparison.changed, comparison.orders)}) would ship otherwise; {cost}{tail}."
    )


def consequences(comparison: Comparison) -> Iterator[str]:
    """What customers would notice, or those who wait for their money."""
    late = comparison.after.late_orders - comparison.before.late_orders
    if late:
        yield f"{abs(late):,} {'more' if late > 0 else 'fewer'} would be late"
    if wait := comparison.aspects.get(Aspect.NO_LONGER_ON_ACCOUNT):
        yield f"{wait:,} could no longer leave unpaid"
    if trusted := comparison.aspects.get(Aspect.NOW_ON_ACCOUNT):
        yield f"{trusted:,} could leave unpaid and cannot now"


def terminal_text(trial: Trial) -> str:
    """What `router rules plan` prints."""
    return "\n".join(terminal_lines(trial)) + "\n"


def terminal_lines(trial: Trial) -> Iterator[str]:
    comparison = trial.comparison
    paths = ", ".join(trial.paths)
    yield (
        f"comparing the rules in force ({short(trial.base_digest)}) with {paths} ({short(trial.candidate_digest)})"
        f" on {comparison.orders:,} orders, {trial.source}, {period_text(comparison)}"
    )
    yield from (edit_line(edit) for edit in trial.edits)
    if not trial.edits:
        yield "  no rule means anything else"
    yield ""
    yield f"  {'':22}{'now':>12}{'new':>12}  change"
    yield from (figure_line(figure) for figure in trial.figures())
    yield (
        f"  {'orders that change':22}{comparison.changed:>24,}  {share_text(comparison.changed, comparison.orders)};"
        f" {comparison.repriced:,} more ship the same at another cost"
    )
    yield ""
    yield sentence_of(trial)
    if named := named_changes(comparison, trial.currency):
        yield f"look at: {', '.join(named)}"


def edit_line(edit: Edit) -> str:
    """`  ~ rule west/first  weight: 10 → 25`."""
    kind = "header" if edit.block == HEADER else "rule"
    return f"  {edit.mark.value} {kind} {edit.name}  {cut(edit.short)}"


def cut(text: str) -> str:
    return text if len(text) <= WORDS_MAX else text[: WORDS_MAX - 1] + "…"


def figure_line(figure: Figure) -> str:
    said = "no change" if figure.change == "=" else figure.change
    notes = [figure.note] if figure.note else []
    notes += ["← worse"] if figure.trend is Trend.WORSE else []
    return f"  {figure.name:22}{figure.before:>12}{figure.after:>12}  {'   '.join([said, *notes])}"


def named_changes(comparison: Comparison, currency: str) -> list[str]:
    """The largest changes, each of another kind: `A-20931 (+4.10)`."""
    named: dict[str, str] = {}
    for changes in comparison.examples.values():
        if changes and len(named) < CHANGES_NAMED and changes[0].order_id not in named:
            change = changes[0]
            named[change.order_id] = f"{change.order_id} ({signed_money(change.difference_milli, currency)})"
    return list(named.values())


def markdown_text(trial: Trial) -> str:
    """A comment for a pull request, 60 lines at most."""
    return "\n".join(markdown_lines(trial)) + "\n"


def markdown_lines(trial: Trial) -> Iterator[str]:
    comparison = trial.comparison
    yield "### Effect of this change of rules"
    yield ""
    yield sentence_of(trial)
    yield ""
    yield (
        f"`{short(trial.base_digest)}` (in force) → `{short(trial.candidate_digest)}`, {comparison.orders:,} orders,"
        f" {markdown(trial.source)}, {period_text(comparison)}"
    )
    yield ""
    yield "| | now | new | change | |"
    yield "|---|---:|---:|---:|---|"
    for figure in trial.figures():
        change = "no change" if figure.change == "=" else figure.change
        sign = {Trend.WORSE: "worse", Trend.BETTER: "better", Trend.SAME: ""}[figure.trend]
        note = "; ".join(part for part in (sign, markdown(figure.note)) if part)
        yield f"| {figure.name} | {figure.before} | {figure.after} | {change} | {note} |"
    yield ""
    yield from markdown_edits(trial.edits)
    yield from markdown_changes(comparison.largest_changes(), trial.currency)


def markdown_edits(edits: Sequence[Edit]) -> Iterator[str]:
    if not edits:
        yield "No rule means anything else."
        return
    yield "```diff"
    for edit in edits[:EDITS_IN_MARKDOWN]:
        # A line that begins with `~` would have no color; what changed is shown as a change.
        mark = "!" if edit.mark is Mark.CHANGED else edit.mark.value
        yield f"{mark} {edit.name}  {cut(edit.short)}".replace("`", "'")
    yield "```"
    if len(edits) > EDITS_IN_MARKDOWN:
        yield f"… and {len(edits) - EDITS_IN_MARKDOWN} more"


def markdown_changes(changes: Sequence[Change], currency: str) -> Iterator[str]:
    """The largest changes, folded."""
    if not changes:
        return
    yield ""
    yield "<details><summary>The orders that change most</summary>"
    yield ""
    yield "| order | now | new | change | rules that bear on it |"
    yield "|---|---|---|---:|---|"
    for change in changes[:CHANGES_IN_MARKDOWN]:
        sides = [
            " + ".join(markdown(f"{one.node_id} {one.service_level_id}") for one in side.sendings)
            or "nothing"
            for side in (change.before, change.after)
        ]
        difference = signed_money(change.difference_milli, currency)
        rules = ", ".join(f"`{rule}`" for rule in change.why[:RULES_IN_MARKDOWN])
        yield f"| {markdown(change.order_id)} | {sides[0]} | {sides[1]} | {difference} | {rules} |"
    yield ""
    yield "</details>"


def markdown(text: str) -> str:
    """Text of others without power over the page."""
    return "".join(
        f"\\{letter}" if letter in "\\`*_{}[]<>|#" else letter for letter in text.replace("\n", " ")
    )


def as_data(trial: Trial) -> Mapping[str, Any]:
    """Everything for programs; amounts are thousandths of a minor unit."""
    comparison, interval = trial.comparison, interval_of(trial.comparison)
    return {
        "base_digest": trial.base_digest,
        "digest": trial.candidate_digest,
        "network_digest": trial.network.digest,
        "currency": trial.currency,
        "orders": comparison.orders,
        "changed_orders": comparison.changed,
        "repriced_orders": comparison.repriced,
        "solved_before": trial.effect.solved_before,
        "solved_after": trial.effect.solved_after,
        "summary": sentence_of(trial),
        "cost_per_order_milli": None if interval is None else asdict(interval),
        "edits": [asdict(edit) for edit in trial.edits],
        "before": sums_data(comparison.before),
        "after": sums_data(comparison.after),
        "why": dict(sorted(comparison.why.items())),
        "guards": [
            {
                "node_id": load.node_id,
                "shipments_per_day": load.shipments_per_day,
                "before": load.before,
                "after": load.after,
                "above_guard": load.is_above_guard,
            }
            for load in trial.loads()
        ],
        "order_ids": {
            aspect.value: [change.order_id for change in changes]
            for aspect, changes in sorted(comparison.examples.items())
        },
    }


def sums_data(sums: Sums) -> Mapping[str, Any]:
    """The sums by name, without those by node and day: the guards say what matters of them."""
    data = asdict(replace(sums, node_days={}))
    del data["node_days"]
    return {
        key: dict(sorted(value.items())) if isinstance(value, Mapping) else value
        for key, value in data.items()
    }


def plan_summary(trial: Trial) -> tuple[str, ...]:
    """A few lines for the history of a version."""
    edits = [edit_line(edit).strip() for edit in trial.edits[:EDITS_IN_MARKDOWN]]
    return (sentence_of(trial), *edits)
