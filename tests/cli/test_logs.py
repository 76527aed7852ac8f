"""What stands in the logs."""

import logging
from collections.abc import Iterator

import pytest

from router.cli.logs import set_up_logs


@pytest.fixture(autouse=True)
def _logs_are_set_back() -> Iterator[None]:
    root, httpx = logging.getLogger(), logging.getLogger("httpx")
    before = (root.handlers[:], root.level, httpx.level)
    yield
    root.handlers[:], root.level, httpx.level = before


def test_no_delivery_and_no_address_of_one_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("json")
    logging.getLogger("httpx").info("HTTP Request: POST https://shop.example/hooks?token=secret")
    logging.getLogger("router.events").info("relay up")

    said = capsys.readouterr().err
    assert "relay up" in said
    assert "secret" not in said
