"""Reads the rules that offer other products. A result of None has been reported."""

from enum import StrEnum

from router.domain.limits import ID_LENGTH_MAX
from router.rules.blocks.drafts import Draft
from router.rules.blocks.effects import Substitute
from router.rules.diagnostics import Code
from router.rules.text.fields import head, read_bool, read_choice, read_items, read_text

OFFER_MAX = 8
"""Products that one rule may offer."""


class Consent(StrEnum):
    """Whether the customer has to say that another product may be sent."""

    ASKED = "asked"
    ASSUMED = "assumed"


def read_substitute(draft: Draft) -> Substitute | None:
    """The products in the order in which they are preferred where nothing else decides."""
    fields, findings = draft.fields, draft.context.findings
    offer = _products(draft)
    penalty = draft.context.amount(fields["penalty"], "`penalty`") if "penalty" in fields else 0
    only_short = (
        read_bool(fields["only_short"], "`only_short`", findings) if "only_short" in fields else False
    )
    consent: str | None = Consent.ASKED
    if "consent" in fields:
        consent = read_choice(fields["consent"], "`consent`", tuple(Consent), findings)
    if offer is None or penalty is None or only_short is None or consent is None:
        return None
    return Substitute(
        heading=draft.heading, condition=draft.when, offer=offer, unit_milli=penalty, only_short=only_short,
        consent_assumed=consent == Consent.ASSUMED,
    )  # fmt: skip


def _products(draft: Draft) -> tuple[str, ...] | None:
    findings, node = draft.context.findings, draft.fields.get("offer")
    if node is None:
        return None  # a missing key is reported where keys are read
    found: list[str] = []
    for item in (items := read_items(node, "`offer`", findings)):
        sku = read_text(item, "a SKU", findings)
        if sku is None:
            continue
        if not 0 < len(sku) <= ID_LENGTH_MAX:
            findings.add(Code.BAD_VALUE, item.span, f"a SKU has 1 to {ID_LENGTH_MAX} characters")
        elif sku in found:
            findings.add(Code.BAD_VALUE, item.span, f"`offer` names `{sku}` twice", help="keep one of them")
        else:
            found.append(sku)
    if not items:
        findings.add(Code.BAD_VALUE, head(node), "`offer` names no product", help="offer: [BLUE-CLOCK]")
    elif len(items) > OFFER_MAX:
        message = f"`offer` names {len(items)} products; {OFFER_MAX} is the most"
        findings.add(
            Code.TOO_LARGE, head(node), message, help="offer the likeliest ones, or write a second rule"
        )
    return tuple(found) if found and len(found) == len(items) <= OFFER_MAX else None
