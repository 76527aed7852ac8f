"""What pages show below a command is what a server answers to it, word for word where nothing is left out by `…`."""

from pathlib import Path

import pytest

from tests.docs import shown_worlds as worlds
from tests.docs.shown import ROOT, Shown, is_shown, printed, shown_in
from tests.docs.shown_world import Build

PLAYED: tuple[tuple[str, tuple[str, ...], Build], ...] = (
    (
        "picking.md",
        ("Where goods lie", "Begin", "Scan", "The shelf is empty", "Out of the door"),
        worlds.picking,
    ),
    ("picking.md", ("On the command line",), worlds.picking_at_a_terminal),
    ("concepts/promise.md", (), worlds.promises),
    ("channels.md", (), worlds.channels),
    ("intake.md", ("A file", "Addresses over gRPC"), worlds.intake),
    (
        "payments.md",
        ("One payment from beginning to end", "Gift accounts", "What is charged"),
        worlds.payments,
    ),
    ("returns.md", (), worlds.returns),
    ("supply.md", ("What to order, and why this much", "Purchase orders"), worlds.buying),
    ("supply.md", ("When can a customer have it",), worlds.to_come),
    ("supply.md", ("Who gets it first", "How many may wait"), worlds.waiting),
    ("supply.md", ("Units that move first",), worlds.moving_first),
    ("accounting.md", ("What a unit costs",), worlds.unit_costs),
    ("accounting.md", ("One sale, from the shelf to the refund", "Does it agree?"), worlds.accounting),
    ("metrics.md", ("Metrics",), worlds.metrics),
    ("files.md", (), worlds.files),
    ("columns.md", (), worlds.columns),
    ("carriers.md", (), worlds.carriers),
    ("personal-data.md", ("Show and hand out", "The same customer in several channels"), worlds.known_again),
    ("tracking.md", ("Tracking: where shipments are, and when they arrive",), worlds.on_its_way),
    ("delays.md", (), worlds.late),
    ("concepts/edits.md", (), worlds.to_be_edited),
    ("concepts/holds.md", (), worlds.to_be_looked_at),
    ("payments.md", ("By itself",), worlds.not_renewed),
)


NOT_PLAYED = ("serve", "TOKEN")
"""What goes on until somebody ends it, and what a person fills in."""


def differences(shown: list[Shown], address: str) -> list[str]:
    """The commands whose answers are not as shown, and those that are refused though no refusal is shown."""
    found = []
    for one in shown:
        if any(word in one.words for word in NOT_PLAYED):
            continue
        answer = printed(one.words, address)
        if not (is_shown(one.output, answer) if one.output else not answer.startswith("error")):
            found.append(f"$ router {' '.join(one.words)}\n{answer}")
    return found


@pytest.mark.parametrize(
    ("page", "headings", "build"), PLAYED, ids=[f"{page}:{build.__name__}" for page, _, build in PLAYED]
)
def test_a_page_shows_what_a_server_answers(
    page: str,
    headings: tuple[str, ...],
    build: Build,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = list(shown_in(ROOT / "docs" / page, headings))
    assert shown

    with build(tmp_path) as world:
        assert "\n".join(differences(shown, world.client.address)) == ""
