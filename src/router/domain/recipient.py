"""Whom an order goes to: personal data, which is kept apart from the order and from everything that is decided."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Name and address as they are written on a parcel, and how the person is reached. Empty where not known."""

    name: str = ""
    company: str = ""
    street_lines: tuple[str, ...] = ()
    city: str = ""
    email: str = ""
    phone: str = ""
