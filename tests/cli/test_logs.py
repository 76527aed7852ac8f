"""What stands in the logs."""

import logging

import pytest

from router.cli.logs import set_up_logs


def test_no_delivery_and_no_address_of_one_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("json")
    logging.getLogger("httpx").info("HTTP Request: POST https://shop.example/hooks?token=secret")
    logging.getLogger("router.events").info("relay up")

    said = capsys.readouterr().err
    assert "relay up" in said
    assert "secret" not in said
