"""Verify the books: fast as long as everything holds; where it does not, slowly, to say what."""

from functools import partial

from router.app.ports.store import Reader, StoreError
from router.ledger.audit import AuditReport, Records, audit, compare
from router.ledger.audit_journal import Journal, note_serials
from router.ledger.audit_rows import recount
from router.ledger.chain import GENESIS
from router.ledger.entries import Entry


def verify(reader: Reader) -> AuditReport:
    """Count the whole journal again and compare the rest with it. A journal that cannot be read is a fault, too."""
    try:
        return verify_fast(reader) or verify_slowly(reader)
    except StoreError as error:
        return AuditReport(
            entry_count=0,
            account_count=0,
            reservation_count=0,
            order_count=0,
            faults=(str(error),),
            head_hash=GENESIS,
        )


def verify_fast(reader: Reader) -> AuditReport | None:
    """The report on books without a fault; None when there is one."""
    journal = Journal()
    note_serials(journal, reader.read_serials())
    accounts, batches, rows = reader.read_journal_rows()
    if not recount(journal, accounts, batches, rows) or journal.serials:
        return None
    report = compare_with(journal, reader)
    return None if report.faults else report


def compare_with(journal: Journal, reader: Reader) -> AuditReport:
    """Hold all that is stored besides the journal against a journal that was read."""
    return compare(journal, records_of(reader), partial(find_entry, reader))


def verify_slowly(reader: Reader) -> AuditReport:
    """Every fault as a sentence."""
    return audit(
        reader.read_journal(), records_of(reader), reader.read_serials(), partial(find_entry, reader)
    )


def records_of(reader: Reader) -> Records:
    """All that is stored beside the journal and its serial numbers."""
    return Records(
        balances=reader.read_balances(),
        reservations=reader.read_reservations(),
        orders=reader.read_orders(),
        stock_reservations=reader.read_stock_reservations(),
        lots=reader.read_lots(),
        transfers=reader.read_transfers(),
        shipments=reader.read_shipments(),
        payments=reader.read_payments(),
        purchases=reader.read_purchase_orders(),
        returns=reader.read_returns(),
        delays=reader.read_delays(),
    )


def find_entry(reader: Reader, position: int) -> Entry | None:
    """The entry at a position."""
    return next(iter(reader.list_entries(position - 1, 1, "")), None)
