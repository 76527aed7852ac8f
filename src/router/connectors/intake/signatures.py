"""Whether a webhook comes from the shop: what each platform signs, with what, and in which header.

SOURCE: Shopify: https://shopify.dev/docs/apps/build/webhooks/subscribe/https (HMAC-SHA256 of the body, base64)
SOURCE: WooCommerce: class WC_Webhook, `generate_signature` (the same, under another header)
SOURCE: Adobe Commerce: https://developer.adobe.com/commerce/extensibility/webhooks/signature-verification
(RSA PKCS #1 v1.5 with SHA-256 of the body in base64; called an HMAC there, but made with a private key)
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key


class KeyRefused(ValueError):
    """What is no key; says why and never shows it."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The header that has the signature, what makes its text a key, and what checks (key, body, signature)."""

    header: str
    key_of: Callable[[bytes], bytes]
    holds: Callable[[bytes, bytes, str], bool]


def secret_of(text: bytes) -> bytes:
    """A shared secret as its file has it, without the line's end."""
    if not (secret := text.strip()):
        raise KeyRefused("the secret is empty; it is the one that the shop shows beside its webhooks")
    return secret


def public_key_of(text: bytes) -> bytes:
    try:
        key = load_pem_public_key(text)
    except ValueError as error:
        raise KeyRefused("the key is no public key in PEM; the shop shows it beside its webhooks") from error
    if not isinstance(key, RSAPublicKey):
        raise KeyRefused("the key is not of RSA, with which the shop signs")
    return text


def hmac_holds(secret: bytes, body: bytes, signature: str) -> bool:
    made = b64encode(hmac.digest(secret, body, sha256)).decode()
    return hmac.compare_digest(made.encode(), signature.encode())


def rsa_holds(pem: bytes, body: bytes, signature: str) -> bool:
    key = load_pem_public_key(pem)
    assert isinstance(key, RSAPublicKey), "checked when it was read"
    try:
        key.verify(b64decode(signature, validate=True), b64encode(body), PKCS1v15(), SHA256())
    except (InvalidSignature, NotBase64, ValueError):
        return False
    return True


SCHEMES: Mapping[str, Scheme] = {
    "shopify": Scheme("x-shopify-hmac-sha256", secret_of, hmac_holds),
    "woocommerce": Scheme("x-wc-webhook-signature", secret_of, hmac_holds),
    "magento": Scheme("x-adobe-commerce-webhook-signature", public_key_of, rsa_holds),
}
"""By format. Other formats come as files, not as webhooks."""
