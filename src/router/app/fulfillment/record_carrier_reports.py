"""Record what carriers report: late, doubled, out of order, or before the node said that the shipment left."""

from msgspec.structs import replace

from router.app.answers.fulfillment import CarrierReportsRecorded, ReportOutcome
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.fulfillment import RecordCarrierReports, ReportOf
from router.app.fulfillment.follow_reports import follow_reports
from router.app.records.filters import ShipmentFilter
from router.app.steps.file_shipment import file_shipment, get_shipment
from router.domain.identifiers import Instant, OrderId
from router.domain.limits import REPORT_DAYS_AHEAD_MAX, REPORT_DAYS_BEFORE_MAX
from router.domain.reasons import Reason, RouterError
from router.ledger.lifecycle import LEFT
from router.ledger.shipments import ShipmentAccount
from router.ledger.tracking import CarrierReport, with_reports

DAY_MICROSECONDS = 86_400 * 1_000_000
SAME_NUMBER_MAX = 100
"""LIMIT: carriers use a number again after years; of so many shipments the one planned last is meant."""


def record_carrier_reports(
    books: Books, command: RecordCarrierReports, at: Instant
) -> tuple[Changes, CarrierReportsRecorded]:
    """Keep each report once and move its shipment to where all its reports put it.

    What is about no shipment, or cannot have happened then, changes nothing and is named in the answer; the others are
    recorded nevertheless.
    """
    changes = Changes(after=books.head, time=at)
    news: dict[str, list[CarrierReport]] = {}
    orders: dict[OrderId, FiledOrder] = {}
    outcomes = []
    for one in command.reports:
        found = find_shipment(books, one)
        if found is None:
            outcomes.append(ReportOutcome.NO_SHIPMENT)
            continue
        filed, shipment = found
        if is_out_of_time(one.report, filed, at):
            outcomes.append(ReportOutcome.OUT_OF_TIME)
            continue
        orders[shipment.order_id] = filed
        fresh = news.setdefault(shipment.id, [])
        before = with_reports(shipment.journey.reports, fresh)
        is_known = with_reports(before, [one.report]) == before
        outcomes.append(ReportOutcome.KNOWN if is_known else ReportOutcome.RECORDED)
        if not is_known:
            fresh.append(one.report)
    for filed in list(orders.values()):
        for shipment in filed.shipments:
            if fresh := news.get(shipment.id, []):
                filed = add_reports(books, changes, filed, shipment, fresh)
    return changes, CarrierReportsRecorded(outcomes=tuple(outcomes))


def is_out_of_time(report: CarrierReport, filed: FiledOrder, at: Instant) -> bool:
    """Whether it is told of a time that has not come, or long before its order was placed."""
    earliest = min(filed.order.place_time, at) - REPORT_DAYS_BEFORE_MAX * DAY_MICROSECONDS
    return not earliest <= report.time <= at + REPORT_DAYS_AHEAD_MAX * DAY_MICROSECONDS


def add_reports(
    books: Books, changes: Changes, filed: FiledOrder, shipment: ShipmentAccount, news: list[CarrierReport]
) -> FiledOrder:
    """Of what is still at its node, as far as the router knows, reports are only kept until it leaves."""
    reports = with_reports(shipment.journey.reports, news)
    shipment = replace(shipment, journey=replace(shipment.journey, reports=reports))
    if shipment.state in LEFT:
        filed, shipment = follow_reports(books, changes, filed, shipment)
    return file_shipment(changes, filed, shipment)


def find_shipment(books: Books, one: ReportOf) -> tuple[FiledOrder, ShipmentAccount] | None:
    """What a report is about; of several with the same number, the one planned last."""
    shipment_id = one.shipment_id
    if not shipment_id:
        where = ShipmentFilter(tracking_number=one.tracking_number)
        same = books.list_shipments(where, SAME_NUMBER_MAX)
        if not same:
            return None
        shipment_id = same[-1].id
    try:
        return get_shipment(books, shipment_id)
    except RouterError as refusal:
        if refusal.reason is Reason.ORDER_NOT_FOUND:
            return None
        raise
