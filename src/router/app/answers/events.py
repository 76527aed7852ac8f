"""How far events were told."""

from dataclasses import dataclass

from router.app.records.sinks import SinkRecord
from router.ledger.orders import LineQuantities as LineQuantities


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesSettled:
    """Where the sink stands; not accepted when another relay holds it or a replay came in between."""

    record: SinkRecord
    is_accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsReplayed:
    """Where the sink goes on, and how many dead letters are tried again."""

    record: SinkRecord
    revived_count: int
