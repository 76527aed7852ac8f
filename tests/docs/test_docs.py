"""What the documentation says is held against the code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from router.domain.reasons import Reason

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "rules").rglob("*.md")])


def test_the_api_reference_is_made_from_the_protos(tmp_path: Path) -> None:
    made = tmp_path / "api.md"

    subprocess.run([sys.executable, str(ROOT / "protos" / "reference.py"), str(made)], check=True)

    assert made.read_text(encoding="utf-8") == (ROOT / "docs/reference/api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))

    missing = [
        target for target in targets if "://" not in target and not (page.parent / target).resolve().exists()
    ]

    assert missing == []


def test_every_reason_has_its_row_with_status_and_retry() -> None:
    from router.service.status import STATUS_OF

    rows = dict(
        re.findall(
            r"^\| `([A-Z_]+)` \| ([A-Z_]+ \| (?:yes|no)) \|",
            (ROOT / "docs/reference/reasons.md").read_text(),
            re.M,
        )
    )

    assert rows == {
        reason.value: f"{STATUS_OF[reason].code.name} | {'yes' if STATUS_OF[reason].retryable else 'no'}"
        for reason in Reason
    }


def test_every_make_target_named_in_a_page_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = {
        name
        for page in PAGES
        for name in re.findall(r"`make (?:-s )?([a-z]+)", page.read_text(encoding="utf-8"))
    }

    assert named <= targets


def test_the_operators_page_names_every_setting_and_no_other() -> None:
    from router.cli.server.serve import serve
    from router.settings import VARIABLES

    page = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    table = page[page.index("| flag |") : page.index("Flags win")]
    flags = {option.opts[0] for option in serve.params}

    assert set(re.findall(r"`(ROUTER_[A-Z_]+)`", table)) | {"ROUTER_TLS_KEY"} == set(VARIABLES)
    assert set(re.findall(r"`(--[a-z-]+)", table)) == flags


def test_the_index_of_decisions_leads_to_each_of_them_once() -> None:
    folder = ROOT / "docs/decisions"
    linked = re.findall(r"\]\((\d{4}-[a-z-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))

    assert sorted(linked) == sorted(page.name for page in folder.glob("0*.md"))


def test_a_link_to_a_part_of_a_page_leads_to_a_heading() -> None:
    lost = [
        f"{page.relative_to(ROOT)}: {target}#{part}"
        for page in PAGES
        for target, part in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if "://" not in target and part not in parts_of((page.parent / target).resolve() if target else page)
    ]

    assert lost == []


def parts_of(page: Path) -> set[str]:
    """What links can name after `#`: headings as GitHub writes them, and anchors of its own."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings} | set(
        re.findall(r'<a (?:id|name)="([^"]+)"', text)
    )
