"""Whom an order goes to: personal data, which is kept apart from the order and from everything that is decided."""

from dataclasses import dataclass

NOTICE_WAYS = ("mail", "sms", "none")
"""How customers are told; who wants to be told nothing names `none` alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Name and address as they are written on a parcel, and how the person is reached. Empty where not known.

    `language` is a tag of BCP 47 such as `de-AT`. `notice_ways` are those by which the person wants to be told, of
    NOTICE_WAYS; empty: by any.
    """

    name: str = ""
    company: str = ""
    street_lines: tuple[str, ...] = ()
    city: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    notice_ways: tuple[str, ...] = ()
