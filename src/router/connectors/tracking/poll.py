"""Asking a carrier about what is under way, one question a tracking number, no more often than it likes."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from router.connectors.tracking.shapes import SHAPES
from router.connectors.tracking.told_reports import DocumentRefused, ToldReport, log_out_of_time

log = logging.getLogger("router.tracking")

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Asking:
    """How a shape is asked for: the header that has the key, and the query that has the tracking number."""

    header: str
    query: str


ASKINGS: Mapping[str, Asking] = {
    "dhl": Asking("DHL-API-Key", "trackingNumber"),
    "own": Asking("authorization", "tracking_number"),
}


class Poller:
    """`record` gives what became of each report."""

    def __init__(
        self,
        shape: str,
        url: str,
        key: str,
        record: Callable[[Sequence[ToldReport]], Sequence[str]],
    ) -> None:
        asking = ASKINGS[shape]
        self._read = SHAPES[shape]
        self._query = asking.query
        self._record = record
        self._url = url
        self._client = httpx.Client(headers={asking.header: key} if key else {}, timeout=TIMEOUT_SECONDS)

    def close(self) -> None:
        self._client.close()

    def ask_all(self, tracking_numbers: Iterable[str]) -> dict[str, int]:
        """How many reports had which outcome; `FAILED` counts questions without an answer that can be read.

        A carrier that says "too many" is left alone until the next time.
        """
        counts: dict[str, int] = {}
        for number in tracking_numbers:
            try:
                told = list(self._ask(number))
            except httpx.HTTPStatusError as error:
                if error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                    log.warning("the carrier is asked too often; the rest waits for the next time")
                    counts["PUT_OFF"] = counts.get("PUT_OFF", 0) + 1
                    break
                log.error("asked for %s: HTTP %d", number, error.response.status_code)
                counts["FAILED"] = counts.get("FAILED", 0) + 1
                continue
            except (httpx.HTTPError, DocumentRefused) as error:
                log.error("asked for %s: %s", number, error)
                counts["FAILED"] = counts.get("FAILED", 0) + 1
                continue
            outcomes = self._record(told) if told else ()
            log_out_of_time("the carrier", told, outcomes)
            for outcome in outcomes:
                counts[outcome] = counts.get(outcome, 0) + 1
        return counts

    def _ask(self, number: str) -> Iterator[ToldReport]:
        answer = self._client.get(self._url, params={self._query: number})
        if answer.status_code == HTTPStatus.NOT_FOUND:
            # The carrier has not seen it yet.
            return
        answer.raise_for_status()
        told = self._read(answer.content)
        for fault in told.faults:
            log.error("of %s, row %d: %s", number, fault.row, fault.description)
        for one in told.reports:
            # What the carrier calls it may be written otherwise than what we asked for.
            yield ToldReport(tracking_number=number, report=one.report)
