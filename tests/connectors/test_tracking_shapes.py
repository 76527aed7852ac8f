"""What carriers write, in our language: golden files, row by row."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from router.connectors.tracking.shapes import SHAPES
from router.connectors.tracking.told_reports import DocumentRefused, ToldReports

GOLDEN = Path(__file__).parent / "golden" / "tracking"


def shown(told: ToldReports) -> dict[str, Any]:
    return {
        "reports": [
            {
                "tracking_number": one.tracking_number,
                "time": datetime.fromtimestamp(one.report.time / 1e6, UTC).isoformat(),
                "status": one.report.status.name,
                "code": one.report.code,
                "place": one.report.place,
                "expected": "" if one.report.eta_day is None else str(date.fromordinal(one.report.eta_day)),
            }
            for one in told.reports
        ],
        "faults": [f"row {one.row} {one.field}: {one.description}" for one in told.faults],
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_a_document_is_read_as_its_golden_file_says(shape: str) -> None:
    told = SHAPES[shape]((GOLDEN / f"{shape}.json").read_bytes())
    expected = json.loads((GOLDEN / f"{shape}.expected.json").read_text(encoding="utf-8"))

    assert shown(told) == expected


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"a": 1}', b'{"shipments": [1]}', b'{"msg": 7}'])
def test_what_is_no_document_of_its_shape_is_refused_and_says_why(shape: str, body: bytes) -> None:
    with pytest.raises(DocumentRefused, match=r"it (is|has|names) no"):
        SHAPES[shape](body)


@pytest.mark.parametrize("shape", SHAPES)
def test_rows_that_are_anything_are_faults_and_never_errors(shape: str) -> None:
    rows: list[Any] = [None, 7, "x", [], {"status": {}, "tag": [], "statusCode": 4, "time": {}}]
    document = {
        "tracking_code": "T",
        "tracking_details": rows,
        "tracking_number": "T",
        "checkpoints": rows,
        "reports": rows,
        "shipments": [{"id": "T", "events": rows}],
    }
    told = SHAPES[shape](json.dumps(document).encode())
    assert (told.reports, len(told.faults)) == ((), len(rows))
