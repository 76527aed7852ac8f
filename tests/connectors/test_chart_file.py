"""The file of the chart of accounts: what is read, and how what is wrong is told."""

from pathlib import Path

import pytest

from router.connectors.chart_file import ChartRefused, read_chart
from router.ledger.accounting.chart import DEFAULT_ACCOUNTS, BookAccount, Chart, Recognition, Role

WHOLE = """\
recognize: delivery
tax:
  DE: 19
  CH: 8.1
accounts:
  revenue: {code: "8400", name: Sales}
  inventory: {code: "3980"}
"""


def read(folder: Path, text: str) -> Chart:
    path = folder / "chart.yaml"
    path.write_text(text, encoding="utf-8")
    return read_chart(path)


def test_a_chart_names_what_is_another_than_built_in(tmp_path: Path) -> None:
    chart = read(tmp_path, WHOLE)

    assert chart.recognition is Recognition.DELIVERY
    assert chart.tax == {"DE": 1_900, "CH": 810}
    assert chart.accounts[Role.REVENUE] == BookAccount(code="8400", name="Sales")
    assert chart.accounts[Role.INVENTORY] == BookAccount(code="3980", name="Inventory")
    assert chart.accounts[Role.CUSTOMERS] == DEFAULT_ACCOUNTS[Role.CUSTOMERS]
    assert chart.digest == read(tmp_path, WHOLE).digest != read(tmp_path, WHOLE + "\n").digest


def test_every_fault_is_told_at_its_line(tmp_path: Path) -> None:
    with pytest.raises(ChartRefused) as refused:
        read(
            tmp_path,
            "recognize: never\ntax: {XX: 19, DE: 19.001, FR: many}\naccounts:\n"
            '  revenu: {code: "1"}\n  revenue: {code: "1400"}\n  tax: {name: Tax}\n',
        )

    lines = [line.removeprefix(str(tmp_path) + "/chart.yaml:") for line in refused.value.lines]
    assert [line.partition(":")[0] for line in lines] == sorted(line.partition(":")[0] for line in lines)
    text = "\n".join(lines)
    for said in (
        "`recognize` cannot be `never`; expected dispatch, delivery",
        "`XX` is no ISO 3166-1 alpha-2 code",
        "the tax of DE has two decimals at most",
        "the tax of FR is a number",
        "did you mean `revenue`?",
        "`revenue` and `inventory` have the same code `1400`",
        "account `tax` needs `code`",
    ):
        assert said in text


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChartRefused, match="cannot read"):
        read_chart(tmp_path / "none.yaml")
