"""Webhooks: only what the shop signed is routed, and the answer tells the shop whether to send it again."""

import asyncio
import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from router.connectors.intake.captured import Captured, Terms, Withdrawn
from router.connectors.intake.endpoint import Sent, Source, webhook_app
from router.connectors.intake.signatures import SCHEMES, KeyRefused

GOLDEN = Path(__file__).parent / "golden"
SECRET = b"hush"
BODY = (GOLDEN / "shopify.json").read_bytes()


def signed(body: bytes, secret: bytes = SECRET) -> str:
    return b64encode(hmac.new(secret, body, sha256).digest()).decode()


class Router:
    """What the orders are sent to: it keeps them, and answers as it is told."""

    def __init__(self, **answer: object) -> None:
        self.taken: list[Captured] = []
        self.withdrawn: list[str] = []
        self.answer = answer

    async def send(self, captured: Captured | Withdrawn) -> Sent:
        if isinstance(captured, Withdrawn):
            self.withdrawn.append(captured.order_id)
            return Sent(order_id=captured.order_id, canceled=True, **self.answer)  # type: ignore[arg-type]
        self.taken.append(captured)
        return Sent(order_id=captured.order.id, **self.answer)  # type: ignore[arg-type]


def post(
    router: Router, body: bytes, headers: Mapping[str, str], *, path: str = "/web", format: str = "shopify"
) -> httpx.Response:
    source = Source(format=format, terms=Terms(channel="web", currency="EUR"), key=SECRET)

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app=webhook_app({"web": source}, router.send))
        async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
            return await client.post(path, content=body, headers=dict(headers))

    return asyncio.run(call())


def test_a_signed_order_is_routed() -> None:
    router = Router()

    answer = post(router, BODY, {"X-Shopify-Hmac-Sha256": signed(BODY)})

    assert answer.status_code == 200
    assert answer.json() == {"orders": [{"order_id": "web-1001", "replayed": False}], "faults": []}
    assert [one.order.id for one in router.taken] == ["web-1001"]


@pytest.mark.parametrize(
    "signature", ["", signed(BODY, b"other"), signed(BODY + b" "), "é", signed(BODY)[:-1]]
)
def test_an_order_that_its_shop_did_not_sign_is_not_routed(signature: str) -> None:
    router = Router()

    answer = post(router, BODY, {"x-shopify-hmac-sha256": signature.encode()})  # type: ignore[dict-item]

    assert answer.status_code == 401
    assert router.taken == []


def test_a_signature_under_the_header_of_another_platform_does_not_count() -> None:
    answer = post(Router(), BODY, {"X-WC-Webhook-Signature": signed(BODY)})

    assert answer.status_code == 401


def test_woocommerce_signs_under_a_header_of_its_own() -> None:
    body = (GOLDEN / "woocommerce.json").read_bytes()
    router = Router()

    answer = post(router, body, {"X-WC-Webhook-Signature": signed(body)}, format="woocommerce")

    assert answer.status_code == 200
    assert answer.json()["orders"][1] == {"order_id": "web-728", "replayed": False, "canceled": True}
    assert [one.order.id for one in router.taken] == ["web-727"]
    assert router.withdrawn == ["web-728"]


def test_magento_signs_with_a_private_key() -> None:
    private = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    scheme = SCHEMES["magento"]
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signature = b64encode(private.sign(b64encode(BODY), padding.PKCS1v15(), SHA256())).decode()

    assert scheme.header == "x-adobe-commerce-webhook-signature"
    assert scheme.holds(scheme.key_of(pem), BODY, signature)
    assert not scheme.holds(pem, BODY + b" ", signature)
    assert not scheme.holds(pem, BODY, signature[:-4])
    assert not scheme.holds(pem, BODY, "not base64")


@pytest.mark.parametrize(("name", "text"), [("shopify", b" \n"), ("magento", b"hush")])
def test_what_is_no_key_is_refused(name: str, text: bytes) -> None:
    with pytest.raises(KeyRefused):
        SCHEMES[name].key_of(text)


def test_what_a_repeat_cannot_mend_is_not_asked_for_again() -> None:
    refused = post(Router(reason="UNKNOWN_SKU", message="no"), BODY, {"X-Shopify-Hmac-Sha256": signed(BODY)})
    broken = post(Router(), b"<html>", {"X-Shopify-Hmac-Sha256": signed(b"<html>")})

    assert refused.status_code == broken.status_code == 200
    assert refused.json()["orders"] == [{"order_id": "web-1001", "reason": "UNKNOWN_SKU", "message": "no"}]


def test_what_a_repeat_can_mend_is_asked_for_again() -> None:
    router = Router(reason="UNREACHABLE", message="gone", may_retry=True)

    assert post(router, BODY, {"X-Shopify-Hmac-Sha256": signed(BODY)}).status_code == 503


def test_an_unknown_channel_is_not_found() -> None:
    assert post(Router(), BODY, {"X-Shopify-Hmac-Sha256": signed(BODY)}, path="/nobody").status_code == 404


def test_a_body_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.connectors.request_body.REQUEST_BYTES_MAX", 1_000)
    body = json.dumps({"name": "x" * 2_000}).encode()

    assert post(Router(), body, {"X-Shopify-Hmac-Sha256": signed(body)}).status_code == 413
