"""Delays are reported, looked for, answered and settled."""

from dataclasses import dataclass

from router.app.commands.write import Write
from router.domain.identifiers import Day, OrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDelay(Write):
    """What has not left of an order leaves on `expected_day`, None: nobody can say; `cause` is the client's code."""

    order_id: OrderId
    expected_day: Day | None
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectDelays(Write):
    """Judge whether these orders are late by now. `next_page_token` goes into the answer."""

    order_ids: tuple[OrderId, ...]
    next_page_token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDelay(Write):
    """A customer's answer to notice number `round`, 0: whichever was the last. No consent: cancel."""

    order_id: OrderId
    consents: bool
    round: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleDelay(Write):
    """All that was paid for what a delay canceled went back; `text` says how."""

    order_id: OrderId
    text: str
