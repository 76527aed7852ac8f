"""Purchase orders of trading partners: X12 transaction set 850.

SOURCE: ASC X12 850 (004010): BEG, CUR, DTM, N1-N4 (loop N1), PO1 (loop PO1), PER, SAC, TXI, CTT, AMT.
SOURCE: codes of SAC02 (element 1300): https://productdocs.vision33.com/sps/latest/qualifiers_allowchrgcode.html
SOURCE: codes of DTM01 (element 374) and TXI07 (element 662): https://stedi.com/edi/x12-003050/element/374, …/662
SOURCE: SAC05 without its decimal point: https://docs.infor.com/ifsm/2025.x/en-us/ifsmolh/ifsmediug/pdi1752041125403.html
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from router.connectors.intake.building import Found, captured
from router.connectors.intake.captured import Captured, Intake, RowFault, Terms, gathered
from router.connectors.intake.charged import Charged
from router.connectors.intake.parts import Findings, instant_of, minor_of, number_of
from router.connectors.intake.x12_segments import Segment, Transaction, read_transactions
from router.domain.charges import with_charge
from router.domain.identifiers import Day, Instant, LineId, Sku
from router.domain.order import OrderLine
from router.domain.recipient import Recipient

ORIGINAL = frozenset({"00", "06"})
"""BEG01: original, and confirmation of one. Changes and cancellations come as another set (860)."""
UNITS = frozenset({"EA", "PC", "UN"})
"""PO103: each, piece, unit. A case or a pallet holds a number of units that the order does not say."""
PRODUCT_QUALIFIERS = ("SK", "VN", "VP", "UP", "UK", "EN", "BP", "IN")
"""PO106 and on, the best first: our own number before the universal one before the buyer's."""
SHIP_TO, BUYER = ("ST", "BY")
CHARGE, TOTAL = "C", "TT"
"""SAC01: a charge; AMT01: total of the order."""
IN_THE_PRICE, ON_TOP = frozenset({"I", "O"}), frozenset({"A", ""})
"""TXI07: included, information only; add, or nothing is said. What it can say besides is about changes of orders."""
FREIGHT = frozenset({"D240", "D500", "G821", "G830"})
"""SAC02: freight, handling, shipping, shipping and handling."""
DELIVERY_DATES = ("002", "063", "074")
"""DTM01: delivery requested; do not deliver after; requested for delivery, prior to and including."""


def read_x12_850(body: bytes, terms: Terms) -> Intake:
    """Every 850 of a document. Refuses with DocumentRefused what is no whole interchange."""
    rows = enumerate(read_transactions(body), start=1)
    return gathered(read_transaction(one, terms, Findings(row)) for row, one in rows)


def read_transaction(one: Transaction, terms: Terms, findings: Findings) -> Captured | list[RowFault]:
    if one.kind != "850":
        findings.add("ST01", "NOT_AN_ORDER", f"the transaction set is `{one.kind}`, only 850 is an order")
        return findings.faults
    begin = first(one.segments, "BEG")
    findings.number = begin[3]
    if flaw := one.find_flaw():
        findings.add("SE", "CUT_SHORT", f"{flaw}; have it sent again")
    if begin[1] not in ORIGINAL:
        findings.add(
            "BEG01", "NOT_ORIGINAL", f"BEG01 is `{begin[1]}`, only original orders (00, 06) are taken"
        )
    if not begin[3]:
        findings.add("BEG03", "MISSING", "BEG03, the purchase order number, is missing")
    currency = first(one.segments, "CUR")[2]
    parties = parties_of(one.segments)
    to = parties.get(SHIP_TO) or parties.get(BUYER) or ()
    address = first(to, "N4")
    contact = first(to, "PER")
    found = Found(
        number=begin[3],
        place_time=day_time(begin[5], "BEG05", findings),
        currency=currency,
        lines=list(lines_of(one.segments, currency or terms.currency, findings)),
        recipient=Recipient(
            name=contact[2],
            company=first(to, "N1")[2],
            street_lines=tuple(
                filter(None, (segment[n] for segment in to if segment.name == "N3" for n in (1, 2)))
            ),
            city=address[1],
            email=reached_by(contact, "EM"),
            phone=reached_by(contact, "TE"),
        ),
        country=address[4],
        region=address[2],
        postal_code=address[3],
        own_customer_id=first(parties.get(BUYER, ()), "N1")[4] or one.sender,
        promise_day=promise_of(one.segments, findings),
        attributes={"partner": one.sender, "ship_to": first(to, "N1")[4]},
        charged=charged_of(one.segments, currency or terms.currency, findings),
    )
    return captured(found, terms, findings)


def first(segments: Sequence[Segment], name: str) -> Segment:
    """The first one of a name; an empty one when there is none."""
    return next((segment for segment in segments if segment.name == name), Segment(0, ("",)))


def parties_of(segments: Sequence[Segment]) -> Mapping[str, Sequence[Segment]]:
    """The loop N1 of each party of the whole order, by its role; those of single lines come after the first PO1."""
    found: dict[str, list[Segment]] = {}
    role = ""
    for segment in segments:
        if segment.name == "PO1":
            break
        if segment.name == "N1":
            role = segment[1]
        if role and segment.name in ("N1", "N2", "N3", "N4", "PER"):
            found.setdefault(role, []).append(segment)
    return found


def reached_by(contact: Segment, how: str) -> str:
    """PER03/04 and on: pairs of a way and a number."""
    pairs = ((contact[n], contact[n + 1]) for n in (3, 5, 7))
    return next((number for way, number in pairs if way == how), "")


def charged_of(segments: Sequence[Segment], currency: str, findings: Findings) -> Charged:
    """Freight of the whole order (SAC before the first line) and its total (AMT, qualifier TT)."""
    shipping, total = None, None
    for segment in segments:
        if segment.name == "PO1":
            break
        if segment.name == "SAC" and segment[1] == CHARGE and segment[2] in FREIGHT:
            # SAC05 has two decimals that are not written.
            amount = number_of(segment[5] or "0", "SAC05", findings) / 100
            shipping = (shipping or 0) + minor_of(amount, currency)
    for segment in segments:
        if segment.name == "AMT" and segment[1] == TOTAL:
            total = minor_of(number_of(segment[2] or "0", "AMT02", findings), currency)
    return Charged(shipping_minor=shipping, total_minor=total)


def taxes_of(
    segments: Sequence[Segment], line: Segment, at: str, findings: Findings
) -> tuple[Decimal, Decimal] | None:
    """The tax of a line (TXI behind its PO1), and how much of it comes on top of the price; None: none is told."""
    taxes, added, is_told = Decimal(0), Decimal(0), False
    for segment in segments[segments.index(line) + 1 :]:
        if segment.name in ("PO1", "CTT"):
            break
        if segment.name == "TXI":
            is_told = True
            tax = number_of(segment[2] or "0", f"{at}.TXI02", findings)
            taxes += tax
            if segment[7] not in IN_THE_PRICE | ON_TOP:
                findings.add(
                    f"{at}.TXI07",
                    "UNKNOWN_RELATION",
                    f"TXI07 of {at} is `{segment[7]}`, a tax is added (A), included (I) or told (O)",
                )
            added += 0 if segment[7] in IN_THE_PRICE else tax
    return (taxes, added) if is_told else None


def lines_of(segments: Sequence[Segment], currency: str, findings: Findings) -> Iterator[OrderLine]:
    numbered = [segment for segment in segments if segment.name == "PO1"]
    for index, segment in enumerate(numbered, start=1):
        at = f"PO1[{segment[1] or index}]"
        if segment[3] not in UNITS:
            findings.add(
                f"{at}.PO103",
                "NOT_UNITS",
                f"{at} counts in `{segment[3]}`, must be single units ({', '.join(sorted(UNITS))})",
            )
        quantity = number_of(segment[2], f"{at}.PO102", findings)
        if quantity != int(quantity):
            findings.add(f"{at}.PO102", "NOT_WHOLE", f"{at} orders {quantity} units, must be a whole number")
        price = number_of(segment[4] or "0", f"{at}.PO104", findings)
        line = OrderLine(
            id=LineId(segment[1] or str(index)),
            sku=product_of(segment, at, findings),
            quantity=int(quantity),
            unit_price_minor=minor_of(price, currency),
        )
        found = taxes_of(segments, segment, at, findings)
        tax, added = found or (Decimal(0), Decimal(0))
        amount = minor_of(price * quantity + added, currency)
        yield with_charge(line, amount, minor_of(tax, currency) if found else None, line.quantity)


def product_of(segment: Segment, at: str, findings: Findings) -> Sku:
    named = {segment[n]: segment[n + 1] for n in range(6, 25, 2) if segment[n + 1]}
    for qualifier in PRODUCT_QUALIFIERS:
        if qualifier in named:
            return Sku(named[qualifier])
    findings.add(
        f"{at}.PO106",
        "NO_PRODUCT",
        f"{at} names its product by {', '.join(sorted(named)) or 'nothing'}, must by one of"
        f" {', '.join(PRODUCT_QUALIFIERS)}",
    )
    return Sku("")


def day_time(text: str, field: str, findings: Findings) -> Instant:
    """The beginning of a day CCYYMMDD, in UTC: the order does not say where."""
    try:
        return instant_of(datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC))
    except ValueError:
        findings.add(field, "NOT_A_DATE", f"{field} is `{text}`, must be a date CCYYMMDD")
        return Instant(0)


def promise_of(segments: Sequence[Segment], findings: Findings) -> Day | None:
    dates = {segment[1]: segment[2] for segment in reversed(segments) if segment.name == "DTM"}
    for qualifier in DELIVERY_DATES:
        if qualifier in dates:
            at = day_time(dates[qualifier], "DTM02", findings)
            return Day(datetime(1970, 1, 1, tzinfo=UTC).toordinal() + at // 86_400_000_000)
    return None
