"""How offline pages look and what they do: the files that come with the package."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from router.planning.pages.page import PageParts


@cache
def page_parts() -> "PageParts":
    """The parts that every page shares."""
    from router.planning.pages.outline import read_outline
    from router.planning.pages.page import PageParts

    folder = files("router.planning") / "page_files"
    return PageParts(
        style=(folder / "style.css").read_text(encoding="utf-8"),
        script=(folder / "script.js").read_text(encoding="utf-8"),
        outline=tuple(read_outline((folder / "outline.txt").read_text(encoding="utf-8"))),
    )
