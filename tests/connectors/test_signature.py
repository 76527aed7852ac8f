"""Signatures that the reference library accepts, and secrets that are none."""

import time
from base64 import b64encode

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from router.connectors.signature import SecretRefused, secrets_of, signed_headers

OLD, NEW = ("whsec_" + b64encode(bytes([number]) * 32).decode() for number in (1, 2))
BODY = '{"data":"für"}'.encode()


def test_the_reference_library_accepts_a_signature() -> None:
    headers = signed_headers(secrets_of(NEW), "7-1", int(time.time()), BODY)

    assert Webhook(NEW).verify(BODY, headers) == {"data": "für"}


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_while_a_secret_is_replaced_both_are_good(secret: str) -> None:
    headers = signed_headers(secrets_of(f"{NEW}\n{OLD}\n"), "7-1", int(time.time()), BODY)

    assert Webhook(secret).verify(BODY, headers) == {"data": "für"}


@pytest.mark.parametrize("change", ["webhook-id", "webhook-timestamp", "body"])
def test_nothing_that_is_signed_can_be_changed(change: str) -> None:
    headers = signed_headers(secrets_of(NEW), "7-1", int(time.time()), BODY)
    headers = {name: value + "0" if name == change else value for name, value in headers.items()}

    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(BODY + b" " * (change == "body"), headers)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("whsec_???", "is not base64"),
        ("whsec_" + b64encode(b"short").decode(), "has 5 bytes, must have 24 to 64"),
    ],
)
def test_what_is_no_secret_is_refused_without_showing_it(text: str, why: str) -> None:
    with pytest.raises(SecretRefused, match=why) as refused:
        secrets_of(text)

    assert not text or text not in str(refused.value)
