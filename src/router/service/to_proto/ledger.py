"""Entries, balances and what an audit found."""

from router.api.messages.times import timestamp
from router.api.v1 import ledger_pb2
from router.app.engine.ledger_status import LedgerStatus
from router.ledger.accounts import Account, Balance
from router.ledger.audit import AuditReport
from router.ledger.entries import Entry
from router.ledger.flows import WITH_REASON_CODE
from router.ledger.serials import Serial


def entry_message(entry: Entry) -> ledger_pb2.Entry:
    return ledger_pb2.Entry(
        position=entry.position,
        book_time=timestamp(entry.time),
        code=entry.code.name,
        debit_account=str(entry.debit),
        credit_account=str(entry.credit),
        quantity=entry.quantity,
        pending_position=entry.pending_position,
        reference=entry.reference,
        line_id="" if entry.code in WITH_REASON_CODE else entry.line_id,
        reason_code=entry.line_id if entry.code in WITH_REASON_CODE else "",
    )


def balance_message(account: Account, balance: Balance) -> ledger_pb2.Balance:
    return ledger_pb2.Balance(
        account=str(account),
        debits_posted=balance.debits_posted,
        credits_posted=balance.credits_posted,
        debits_pending=balance.debits_pending,
        credits_pending=balance.credits_pending,
    )


def serial_message(one: Serial) -> ledger_pb2.Serial:
    return ledger_pb2.Serial(
        sku=one.sku, serial=one.serial, reference=one.owner, line_id=one.line_id, position=one.position
    )


def audit_response(report: AuditReport) -> ledger_pb2.AuditLedgerResponse:
    return ledger_pb2.AuditLedgerResponse(
        clean=not report.faults,
        entry_count=report.entry_count,
        account_count=report.account_count,
        reservation_count=report.reservation_count,
        faults=report.faults[:100],
        head_hash=report.head_hash.hex(),
    )


def status_response(status: LedgerStatus) -> ledger_pb2.GetLedgerStatusResponse:
    head, read_only, disk_use = status.head, status.read_only, status.disk_use
    return ledger_pb2.GetLedgerStatusResponse(
        position=head.position,
        event_position=head.event_position,
        batch_number=head.batch_number,
        head_hash=head.hash.hex(),
        writable=read_only is None,
        read_only_because="" if read_only is None else read_only.because,
        read_only_since=None if read_only is None else timestamp(read_only.since),
        database_bytes=disk_use.database_bytes,
        log_bytes=disk_use.log_bytes,
        free_bytes=disk_use.free_bytes,
        clock_ahead_seconds=None if status.clock_ahead is None else status.clock_ahead // 1_000_000,
    )
