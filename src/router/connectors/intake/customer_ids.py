"""The id of a customer: the same in every channel where a key is given, and saying nothing by itself."""

import hmac
import unicodedata
from hashlib import sha256

from router.connectors.intake.captured import Terms
from router.domain.recipient import Recipient

_HEX = 32


def customer_id_of(terms: Terms, recipient: Recipient, own_id: str, number: str, country: str) -> str:
    """With a key: of the e-mail address, else of the telephone number. Otherwise the channel's own, or a guest's.

    Who has neither key nor address learns nothing from it (HMAC-SHA256, RFC 2104, cut to 128 bits).
    """
    if terms.customer_key:
        if recipient.email:
            return keyed(terms.customer_key, "email:" + normal_email(recipient.email))
        if phone := normal_phone(recipient.phone, country):
            return keyed(terms.customer_key, "phone:" + phone)
    return f"{terms.channel}-{own_id}" if own_id else f"{terms.channel}-guest-{number}"


def keyed(key: bytes, text: str) -> str:
    return "c-" + hmac.new(key, text.encode(), sha256).hexdigest()[:_HEX]


def normal_email(text: str) -> str:
    """Without case and blanks, composed. Dots and tags are kept: not every provider ignores them."""
    return unicodedata.normalize("NFC", text.strip()).casefold()


def normal_phone(text: str, country: str) -> str:
    """E.164 of a number that can exist, as dialed from `country`; empty of any other."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
