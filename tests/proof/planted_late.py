"""Bugs in what is late: days, notices, answers, and the money that goes back."""

from collections.abc import Mapping

from tests.proof.bug import Bug

REPORTS = ("tests/connectors/test_tracking_webhooks.py",)
ARRIVALS = ("tests/app/test_arrivals.py", "tests/routing/test_transit.py")
DELAYS = ("tests/app/test_delays.py",)

LATE_BUGS: Mapping[str, Bug] = {
    "a day is over when it begins": Bug(
        "app/delays/book_delay.py",
        "return day_start(Day(day + 1), zone)",
        "return day_start(day, zone)",
        DELAYS,
    ),
    "silence agrees to every delay": Bug(
        "ledger/delays.py",
        "return self.round == 1 and self.expected_day - self.agreed_day <= SILENCE_DAYS_MAX",
        "return True",
        DELAYS,
    ),
    "an answer counts for whichever notice": Bug(
        "app/delays/book_delay.py", "if command.round and command.round != delay.round:", "if False:", DELAYS
    ),
    "goods that leave do not end their delay": Bug(
        "app/engine/batch.py", "        close_delays(self.books, changes)\n", "", DELAYS
    ),
    "what left is paid back, too": Bug(
        "app/delays/keeper.py", "kept = min(taken, needed)", "kept = 0", DELAYS
    ),
    "a missed cut-off is told before the day is over": Bug(
        "app/delays/detect_delays.py",
        "if delay.due_time <= at or late.expected_day is None:",
        "if True:",
        DELAYS,
    ),
    "a report told again with another day is another report": Bug(
        "ledger/tracking.py",
        "key = (one.time, one.status, one.code, one.place)",
        "key = (one.time, one.status, one.code, f'{one.place} {one.eta_day}')",
        REPORTS,
    ),
    "a webhook is taken unsigned": Bug(
        "connectors/tracking/endpoint.py",
        "if not hmac.compare_digest(scheme.sign(source.secret, body).encode(), signature.encode()):",
        "if not signature:",
        REPORTS,
    ),
    "the carrier's own day does not count": Bug(
        "app/fulfillment/arrivals.py", "expected = eta_told(journey.reports)", "expected = None", ARRIVALS
    ),
    "a group of few speaks for itself": Bug(
        "routing/network/transit.py", "BLEND = 20", "BLEND = 0", ARRIVALS
    ),
}
