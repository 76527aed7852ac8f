"""How a server stands, as gauges for Prometheus: what whoever runs it is woken up for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client.metrics_core import GaugeMetricFamily

from router.app.engine.ledger_status import LedgerStatus
from router.app.events.sink_queries import FoundSink

GAUGES: Mapping[str, str] = {
    "router_writable": "1 while writes are worked on, 0 while the ledger is read-only",
    "router_clock_believed": "1 while the clock is believed, 0 while it is in doubt and nothing expires by it",
    "router_commands_waiting": "commands that wait for their turn at this server",
    "router_ledger_position": "position of the last entry",
    "router_event_position": "position of the last event",
    "router_database_bytes": "bytes of the database with the log that is not folded in yet",
    "router_disk_free_bytes": "bytes free for the database, where it is a file",
    "router_sink_behind_events": "events that a sink was not told yet",
    "router_sink_dead_events": "events that a sink did not take, and that nobody tells it any more",
}
"""Every gauge and what it is."""

OF_SINKS = frozenset(name for name in GAUGES if name.startswith("router_sink_"))
"""Those with a figure for each `sink`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a server's state is read from; each may be asked by any thread."""

    status: Callable[[], LedgerStatus]
    waiting_count: Callable[[], int]
    sinks: Callable[[], tuple[Sequence[FoundSink], int]]


class ServerGauges:
    """What a registry collects: asked anew at every scrape, and costs nothing in between."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterator[GaugeMetricFamily]:
        status, waiting_count = self._standing.status(), self._standing.waiting_count()
        head, disk = status.head, status.disk_use
        yield gauge("router_writable", float(status.read_only is None))
        yield gauge("router_clock_believed", float(status.clock_ahead is None))
        yield gauge("router_commands_waiting", waiting_count)
        yield gauge("router_ledger_position", head.position)
        yield gauge("router_event_position", head.event_position)
        if disk.database_bytes:
            yield gauge("router_database_bytes", disk.database_bytes + disk.log_bytes)
        if disk.free_bytes:
            yield gauge("router_disk_free_bytes", disk.free_bytes)
        sinks, last = self._standing.sinks()
        yield of_sinks(
            "router_sink_behind_events", {one.record.name: last - one.record.cursor for one in sinks}
        )
        yield of_sinks("router_sink_dead_events", {one.record.name: one.dead_count for one in sinks})


def of_sinks(name: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, GAUGES[name], labels=["sink"])
    for sink, value in values.items():
        family.add_metric([sink], value)
    return family


def gauge(name: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, GAUGES[name], value=value)
