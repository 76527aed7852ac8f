"""All pages about findings, by code."""

from collections.abc import Mapping

from router.rules.diagnostics import Code
from router.rules.help.pages import advice, files, single, together
from router.rules.help.pages.page import Page

_PAGES = {page.code: page for page in (*files.PAGES, *single.PAGES, *together.PAGES, *advice.PAGES)}

BOOK: Mapping[Code, Page] = {code: _PAGES[code] for code in Code}
