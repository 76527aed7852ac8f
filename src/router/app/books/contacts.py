"""The same customer under several ids: known again by e-mail address or telephone number, kept as digests only.

The digests are made with a key of the ledger, which no backup holds, so that nobody learns an address by guessing it.
"""

import hmac
import unicodedata
from hashlib import sha256

from router.domain.recipient import Recipient


def normal_email(text: str) -> str:
    """Without case and blanks, composed. Dots and tags are kept: not every provider ignores them."""
    return unicodedata.normalize("NFC", text.strip()).casefold()


def normal_phone(text: str) -> str:
    """`+` and digits of a number written with its country (`+33…`, `0033…`); empty of any other."""
    written = text.strip()
    digits = "".join(one for one in written if one.isascii() and one.isdigit())
    if written.startswith("00"):
        digits = digits[2:]
    elif not written.startswith("+"):
        return ""
    return f"+{digits}" if digits else ""


def digests_of(key: bytes, email: str, phone: str) -> tuple[bytes, ...]:
    """HMAC-SHA256 (RFC 2104) of each that is there."""
    texts = []
    if email:
        texts.append("email:" + normal_email(email))
    if number := normal_phone(phone):
        texts.append("phone:" + number)
    return tuple(hmac.new(key, text.encode(), sha256).digest() for text in texts)


def contacts_of(key: bytes, to: Recipient) -> tuple[bytes, ...]:
    return digests_of(key, to.email, to.phone)
