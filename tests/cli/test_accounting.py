"""The accounting export as a program that reads its output sees it."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.api.v1.accounting_pb2 import ExportAccountingResponse, Voucher, VoucherLine
from router.cli.accounting import COLUMNS, read_costs, write_csv
from router.cli.failures import CommandFailed


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


def typed_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode("utf-8-sig"))))


def test_costs_are_read_from_standard_input_as_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = 'sku,unit_cost_minor\r\nRED-CLOCK,350\r\n"OAK, CHAIR",1200\r\n'
    (tmp_path / "costs.csv").write_text(text, encoding="utf-8-sig", newline="")
    typed_in(monkeypatch, text)

    read = read_costs(Path("-"))

    assert [(one.sku, one.unit_cost_minor) for one in read] == [("RED-CLOCK", 350), ("OAK, CHAIR", 1200)]
    assert read == read_costs(tmp_path / "costs.csv")


def test_a_cost_that_is_none_is_named_by_its_line_of_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    typed_in(monkeypatch, "sku,unit_cost_minor\nRED-CLOCK,3.50\n")
    with pytest.raises(CommandFailed, match=r"standard input:2: unit_cost_minor is `3\.50`"):
        read_costs(Path("-"))


def test_a_cost_with_a_comma_in_it_is_not_cut_at_the_comma(monkeypatch: pytest.MonkeyPatch) -> None:
    typed_in(monkeypatch, "sku,unit_cost_minor\nOAK-CHAIR,1,000\n")
    with pytest.raises(CommandFailed, match="standard input:2: more cells than the heading"):
        read_costs(Path("-"))


def test_costs_that_are_not_parted_by_commas_are_refused_with_what_parts_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed_in(monkeypatch, "sku;unit_cost_minor\nOAK-CHAIR;1000\n")
    with pytest.raises(CommandFailed, match="standard input:1: its columns are parted by a semicolon"):
        read_costs(Path("-"))
