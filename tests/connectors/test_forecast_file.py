"""A forecast as a CSV file, and what is said of a wrong one."""

from pathlib import Path

import pytest

from router.connectors.forecast_file import ForecastFile, ForecastRefused, read_forecast
from tests.routing.builders import MONDAY_TEN


def written(folder: Path, text: str) -> Path:
    path = folder / "expected.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_is_an_order_of_one_unit_expected_so_often(tmp_path: Path) -> None:
    path = written(tmp_path, "country,postal_code,sku,units,channel\nUS,94110,RED-CLOCK,12.5,store\n")

    forecast = read_forecast(path, 14)

    (one,) = forecast.orders
    assert (forecast.days, one.times_milli, one.order.channel) == (14, 12_500, "store")
    assert one.order.destination.postal_code == "94110"
    assert [(line.sku, line.quantity) for line in one.order.lines] == [("RED-CLOCK", 1)]


def test_every_fault_is_told_at_its_line(tmp_path: Path) -> None:
    rows = ("US,94110,RED-CLOCK,-1", "USA,94110,,many", "US,94110,RED-CLOCK", "US,94110,RED-CLOCK,3")
    path = written(tmp_path, "\n".join(("country,postal_code,sku,units", *rows)))

    with pytest.raises(ForecastRefused, match="has 5 faults") as refused:
        read_forecast(path, 7)

    assert refused.value.lines == (
        "line 2: units is `-1`, must be a number from 0 to 1,000,000,000 such as 12.5",
        "line 3: country is `USA`, must be a code of two letters such as US",
        "line 3: sku has 0 characters, must have 1 to 128",
        "line 3: units is `many`, must be a number from 0 to 1,000,000,000 such as 12.5",
        "line 4: not as many fields as the first line has columns",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("land,plz,sku,units\n", "has no column `country`, `postal_code`; its first line must be country,"),
        ("country;postal_code;sku;units\n", "columns are parted by a semicolon, must be by a comma"),
        ("", "has no column `country`, `postal_code`, `sku`, `units`"),
    ],
)
def test_a_file_without_the_columns_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ForecastRefused, match=words):
        read_forecast(written(tmp_path, text), 7)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ForecastRefused, match=r"cannot read the forecast .*: No such file"):
        read_forecast(tmp_path / "none.csv", 7)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "expected.csv"
    path.write_bytes(b"country,postal_code,sku,units\n\xff\xfe")

    with pytest.raises(ForecastRefused, match="no CSV file in UTF-8"):
        read_forecast(path, 7)


def test_a_file_that_is_replaced_is_read_anew(tmp_path: Path) -> None:
    path = written(tmp_path, "country,postal_code,sku,units\nUS,94110,A,1\n")
    source = ForecastFile(path, 7)
    assert len(source.expect(MONDAY_TEN).orders) == 1

    written(tmp_path, "country,postal_code,sku,units\nUS,94110,A,1\nUS,94110,B,2\n")

    assert len(source.expect(MONDAY_TEN).orders) == 2
