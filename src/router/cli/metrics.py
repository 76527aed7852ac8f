"""`router metrics`: how well orders are served."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, plain_table, print_json
from router.domain.currency import amount_text

if TYPE_CHECKING:
    from router.api.v1.metrics_pb2 import MetricFigure

WORDS = ("channel", "node", "carrier", "reason")
PERIODS = ("day", "week", "month")


def day_in_utc(_context: click.Context, _option: click.Parameter, text: str | None) -> datetime | None:
    """The beginning of a day in UTC, written `YYYY-MM-DD`."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if text else None
    except ValueError as error:
        raise click.BadParameter(f"`{text}` must be a date such as 2026-11-30") from error


@click.group(cls=Group)
def metrics() -> None:
    """Metrics of orders, made of what the ledger knows."""


@metrics.command()
@click.argument("names", nargs=-1, metavar="[METRIC]...")
@click.option(
    "--by", "words", multiple=True, type=click.Choice(WORDS), help="One figure for each; repeatable."
)
@click.option("--period", type=click.Choice(PERIODS), help="One figure for each, of days in UTC.")
@click.option("--from", "start", callback=day_in_utc, metavar="YYYY-MM-DD", help="From this day on, in UTC.")
@click.option("--until", "end", callback=day_in_utc, metavar="YYYY-MM-DD", help="Before this day, in UTC.")
@click.option("--channel", default="", metavar="ID", help="Only this channel.")
@click.option("--node", "node_id", default="", metavar="ID", help="Only this node.")
@click.option("--carrier", "carrier_id", default="", metavar="ID", help="Only this carrier.")
@client_options
def show(
    names: tuple[str, ...],
    words: tuple[str, ...],
    period: str | None,
    start: datetime | None,
    end: datetime | None,
    channel: str,
    node_id: str,
    carrier_id: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Show metrics, all of them unless some are named."""
    from router.api.v1.metrics_pb2 import MetricDimension, MetricPeriod, QueryMetricsRequest
    from router.api.v1.metrics_pb2_grpc import MetricsServiceStub

    request = QueryMetricsRequest(
        names=names,
        channel=channel,
        node_id=node_id,
        carrier_id=carrier_id,
        by=[MetricDimension.Value(f"METRIC_DIMENSION_{word.upper()}") for word in words],
        period=MetricPeriod.Value(
            f"METRIC_PERIOD_{period.upper()}" if period else "METRIC_PERIOD_UNSPECIFIED"
        ),
    )
    if start is not None:
        request.start_time.FromDatetime(start)
    if end is not None:
        request.end_time.FromDatetime(end)
    with connected(address, tls_ca) as connection:
        found = MetricsServiceStub(connection).QueryMetrics(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(metrics=as_dict(found))
        return
    table = plain_table("metric", *(["period"] if period else []), *words, ">value", ">of")
    for one in found.figures:
        groups = {
            "channel": one.channel,
            "node": one.node_id,
            "carrier": one.carrier_id,
            "reason": one.reason,
        }
        table.add_row(
            one.name,
            *([one.period_start or "–"] if period else []),
            *(groups[word] or "–" for word in words),
            value_text(one, found.currency),
            f"{one.denominator:,}",
        )
    console().print(table)


def value_text(one: "MetricFigure", currency: str) -> str:
    """The value as people read it."""
    if not one.HasField("value"):
        return "–"
    match enum_word(one, "unit"):
        case "RATIO":
            return f"{one.value:.1%}"
        case "SECONDS":
            return f"{one.value / 3_600:.1f} h"
        case "CENTIMETERS":
            return f"{one.value / 100:.2f} m"
        case _:
            return f"{amount_text(round(one.value), currency)} {currency}"


@metrics.command("list")
@client_options
def list_metrics(address: str, tls_ca: str | None, as_json: bool) -> None:
    """List the metrics and what each is."""
    from router.api.v1.metrics_pb2 import ListMetricsRequest
    from router.api.v1.metrics_pb2_grpc import MetricsServiceStub

    with connected(address, tls_ca) as connection:
        found = MetricsServiceStub(connection).ListMetrics(ListMetricsRequest(), timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(metrics=[as_dict(one) for one in found.metrics])
        return
    table = plain_table("metric", "what is divided", "by what")
    for one in found.metrics:
        table.add_row(one.name, one.numerator, one.denominator)
    console().print(table)
