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


def test_a_line_for_machines_has_no_colors(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("json")
    logging.getLogger("uvicorn.error").info("up", extra={"color_message": "\x1b[36mup\x1b[0m", "port": 1})

    said = capsys.readouterr().err
    assert '"message": "up"' in said
    assert '"port": 1' in said
    assert "color" not in said
