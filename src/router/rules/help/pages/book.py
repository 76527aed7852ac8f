"""All pages about findings, by code."""

from collections.abc import Mapping

from router.rules.diagnostics import Code
from router.rules.help.pages import single, together
from router.rules.help.pages.page import Page

_PAGES = {page.code: page for page in (*single.PAGES, *together.PAGES)}

BOOK: Mapping[Code, Page] = {code: _PAGES[code] for code in Code}
