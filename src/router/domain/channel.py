"""Where orders are captured."""

from dataclasses import dataclass

OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A sales channel. A closed one takes no new orders; where it `needs_payment` no rule lets goods leave unpaid.

    `kind` is WEB, MOBILE, MARKETPLACE, STORE, EDI or OTHER.
    """

    id: str
    name: str = ""
    kind: str = OTHER
    is_closed: bool = False
    needs_payment: bool = False
