"""docs/rules.md, followed word for word: every edit fits, and every command prints what the page shows."""

import re

import pytest

from tests.integration.guide import PAGE, Guide, comparable, followed

pytestmark = pytest.mark.integration


def test_the_page_shows_what_its_commands_print() -> None:
    page = PAGE.read_text(encoding="utf-8")

    now = followed(page)

    assert comparable(now).splitlines() == comparable(page).splitlines(), (
        "renew the page with `.venv/bin/python -m tests.integration.guide`, and read what changed"
    )


def test_the_page_uses_every_tool_of_a_planner() -> None:
    page = PAGE.read_text(encoding="utf-8")
    used = set(re.findall(r"^\$ router rules ([a-z]+)", page, re.M))

    assert used == {
        "init", "test", "check", "explain", "fmt", "activate", "plan", "shadow", "apply", "rollback", "history", "docs",
        "cost", "schema",
    }  # fmt: skip


def test_an_edit_that_fits_nowhere_or_twice_is_refused(tmp_path) -> None:
    (tmp_path / "shop.yaml").write_text("a: 1\nb: 2\nb: 2\n")
    guide = Guide(tmp_path, "127.0.0.1:1")

    with pytest.raises(AssertionError, match="holds this 0 times"):
        guide.edit("--- shop.yaml\n-c: 3\n+c: 4\n")
    with pytest.raises(AssertionError, match="holds this 2 times"):
        guide.edit("--- shop.yaml\n-b: 2\n+b: 4\n")
    guide.edit("--- shop.yaml\n a: 1\n-b: 2\n+b: 4\n")
    assert (tmp_path / "shop.yaml").read_text() == "a: 1\nb: 4\nb: 2\n"
