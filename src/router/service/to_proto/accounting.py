"""Vouchers, costs of units, and what reconciling found."""

from router.api.messages.times import timestamp
from router.api.v1 import accounting_pb2 as pb
from router.app.accounting.reconcile import Reconciliation
from router.ledger.accounting.chart import Chart
from router.ledger.accounting.vouchers import UnitCost, Voucher

NAMED_MAX = 100


def unit_cost_message(cost: UnitCost) -> pb.UnitCost:
    return pb.UnitCost(
        sku=cost.sku, unit_cost_minor=cost.cost_minor, currency=cost.currency, position=cost.position
    )


def voucher_message(voucher: Voucher) -> pb.Voucher:
    return pb.Voucher(
        voucher_id=voucher.id,
        position=voucher.position,
        book_time=timestamp(voucher.time),
        kind=voucher.kind,
        currency=voucher.currency,
        lines=[
            pb.VoucherLine(
                account=line.account,
                role=line.role.value,
                debit_minor=line.debit_minor,
                credit_minor=line.credit_minor,
            )
            for line in voucher.lines
        ],
        reference=voucher.reference,
        reason=voucher.reason,
        sku=voucher.sku,
        quantity=voucher.quantity,
    )


def reconcile_response(found: Reconciliation, chart: Chart) -> pb.ReconcileAccountingResponse:
    return pb.ReconcileAccountingResponse(
        clean=not found.differences,
        differences=[
            pb.AccountingDifference(
                subject=one.of,
                currency=one.currency,
                vouchers_minor=one.vouchers_minor,
                books_minor=one.books_minor,
                text=one.text,
            )
            for one in found.differences
        ],
        totals=[
            pb.AccountTotal(
                account=chart.accounts[role].code,
                role=role.value,
                name=chart.accounts[role].name,
                currency=currency,
                balance_minor=amount,
            )
            for (role, currency), amount in sorted(
                found.balances.items(), key=lambda one: (chart.accounts[one[0][0]].code, one[0])
            )
        ],
        voucher_count=found.voucher_count,
        position=found.position,
        skus_without_cost=found.skus_without_cost[:NAMED_MAX],
        skus_without_cost_count=len(found.skus_without_cost),
    )


def chart_response(chart: Chart) -> pb.GetChartOfAccountsResponse:
    return pb.GetChartOfAccountsResponse(
        accounts=[
            pb.BookAccount(role=role.value, account=account.code, name=account.name)
            for role, account in chart.accounts.items()
        ],
        recognize=chart.recognition.value,
        tax_basis_points=dict(chart.tax),
        chart_digest=chart.digest,
    )
