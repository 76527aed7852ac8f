"""What `docs/events.md` tells those who receive events is true."""

import json
import re
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from router.connectors.envelope import envelope_of
from router.connectors.signature import secrets_of, signed_headers
from router.connectors.sinks_file import read_sinks
from router.domain.identifiers import NodeId
from tests.connectors.builders import an_event

PAGE = (Path(__file__).resolve().parents[2] / "docs/events.md").read_text(encoding="utf-8")
SECRET = "whsec_" + b64encode(bytes(range(32))).decode()


def block(language: str) -> str:
    return re.search(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)[1]  # type: ignore[index]


def test_the_example_of_an_event_is_one() -> None:
    event = an_event(3, node_ids=(NodeId("lyon"),), text="ALLOCATED: 1 shipment from lyon")

    assert json.loads(block("json")) == json.loads(envelope_of(event, "urn:example:router"))


def test_the_example_of_a_sinks_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "sinks.yaml").write_text(block("yaml"))
    plans = read_sinks(tmp_path / "sinks.yaml", {"ERP_HOOK_SECRET": SECRET})

    assert [plan.name for plan in plans] == ["erp", "stream", "log"]


@pytest.mark.parametrize(
    ("change", "is_good"),
    [
        ({}, True),
        ({"webhook-id": "4-1"}, False),
        ({"webhook-timestamp": "1"}, False),
        ({"webhook-signature": "v1,AAAA"}, False),
    ],
)
def test_the_verification_without_a_library_tells_good_from_bad(
    change: dict[str, str], is_good: bool
) -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    headers = signed_headers(secrets_of(SECRET), "3-1", int(time.time()), b"{}")

    assert names["verify"](SECRET, headers | change, b"{}") is is_good
