"""The accounting export as a program that reads its output sees it."""

from collections.abc import Iterator

import pytest

from router.api.v1.accounting_pb2 import ExportAccountingResponse, Voucher, VoucherLine
from router.cli.accounting import COLUMNS, write_csv


def refused() -> Iterator[ExportAccountingResponse]:
    raise ConnectionRefusedError
    yield


def test_a_refusal_comes_before_the_heading(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConnectionRefusedError):
        write_csv(refused())

    assert capsys.readouterr().out == ""


def test_a_range_without_vouchers_has_a_heading_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert write_csv(iter(())) == 0
    assert capsys.readouterr().out == ",".join(COLUMNS) + "\n"


def test_every_page_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    pages = [
        ExportAccountingResponse(vouchers=[Voucher(voucher_id=f"v-{n}", lines=[VoucherLine()])], position=n)
        for n in (1, 2, 3)
    ]

    assert write_csv(iter(pages)) == 3
    written = capsys.readouterr().out.splitlines()[1:]
    assert [row.partition(",")[0] for row in written] == ["v-1", "v-2", "v-3"]
