"""X12 interchanges as segments. The envelope says how they are set apart; its counts are held against what is there.

SOURCE: ASC X12.5 (interchange control), X12.6 (application control), release 004010 and later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from router.connectors.intake.captured import DocumentRefused

ISA_LENGTH = 106
"""ISA is the one segment of fixed length; its last three characters say how all others are written."""
_ELEMENT_AT, _END_AT = 3, 105


@dataclass(frozen=True, slots=True)
class Segment:
    """`position` counts the segments of the interchange from 1."""

    position: int
    elements: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.elements[0]

    def __getitem__(self, number: int) -> str:
        """The element of that number, as X12 counts them; empty beyond the last one."""
        return self.elements[number].strip() if number < len(self.elements) else ""


@dataclass(frozen=True, slots=True)
class Transaction:
    """The segments from ST to SE, and who sent the interchange that they are in."""

    sender: str
    segments: tuple[Segment, ...]

    @property
    def kind(self) -> str:
        """`850`."""
        return self.segments[0][1]

    @property
    def control_number(self) -> str:
        return self.segments[0][2]

    def find_flaw(self) -> str:
        """What its end says otherwise than its segments; empty when nothing."""
        end = self.segments[-1]
        if end.name != "SE":
            return f"transaction `{self.control_number}` has no end (SE)"
        if end[1] != str(len(self.segments)):
            return f"SE01 counts {end[1] or 'no'} segments, there are {len(self.segments)}"
        if end[2] != self.control_number:
            return f"SE02 is `{end[2]}`, ST02 is `{self.control_number}`"
        return ""


def read_transactions(body: bytes) -> list[Transaction]:
    """The transactions of all interchanges of a document. Refuses with DocumentRefused what is no whole interchange."""
    try:
        text = body.decode("utf-8").strip("\ufeff\r\n\t ")
    except UnicodeDecodeError as error:
        raise DocumentRefused(f"byte {error.start} of the interchange is not UTF-8") from error
    found: list[Transaction] = []
    while text:
        segments, text = split_interchange(text)
        found += transactions_of(segments)
    return found


def split_interchange(text: str) -> tuple[list[Segment], str]:
    """The segments of the first interchange, and what follows it."""
    if not text.startswith("ISA") or len(text) < ISA_LENGTH:
        raise DocumentRefused("an interchange begins with a segment ISA of 106 characters; this does not")
    element, end = text[_ELEMENT_AT], text[_END_AT]
    segments: list[Segment] = []
    rest = text
    while rest:
        written, _, rest = rest.partition(end)
        segments.append(Segment(len(segments) + 1, tuple(written.strip("\r\n").split(element))))
        rest = rest.lstrip("\r\n")
        if segments[-1].name == "IEA":
            check_envelope(segments)
            return segments, rest.strip()
    raise DocumentRefused(f"the interchange `{segments[0][13]}` has no end (IEA); was it cut short?")


def check_envelope(segments: Sequence[Segment]) -> None:
    header, end = segments[0], segments[-1]
    groups = sum(segment.name == "GS" for segment in segments)
    if end[1] != str(groups) or end[2] != header[13]:
        raise DocumentRefused(
            f"IEA says {end[1]} groups of interchange `{end[2]}`, there are {groups} of `{header[13]}`"
        )


def transactions_of(segments: Sequence[Segment]) -> Iterator[Transaction]:
    sender = segments[0][6]
    inside: list[Segment] = []
    for segment in segments:
        if segment.name in ("ST", "GE") and inside:
            yield Transaction(sender, tuple(inside))
            inside = []
        if inside or segment.name == "ST":
            inside.append(segment)
        if segment.name == "SE" and inside:
            yield Transaction(sender, tuple(inside))
            inside = []
