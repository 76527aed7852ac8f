"""Draws report.png and report-nodes.png: the report that the planner's guide makes, as Debian's chromium shows it.

Run it as `.venv/bin/python -m docs.pictures.report` in the project's folder.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.integration.guide import ADDRESS, PAGE, Guide, demo_server

HERE = Path(__file__).parent
VIEW = {"width": 1100, "height": 880}


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("this needs Debian's chromium: apt-get install chromium")
    until_planned, _, _ = PAGE.read_text(encoding="utf-8").partition("`labor.html` opens")
    with tempfile.TemporaryDirectory(prefix="router-picture-") as folder:
        with demo_server() as address:
            Guide(Path(folder), address).follow(until_planned)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport=VIEW, color_scheme="light")
            report = Path(folder) / "labor.html"
            report.write_text(report.read_text(encoding="utf-8").replace(address, ADDRESS), encoding="utf-8")
            page.goto(report.as_uri())
            page.screenshot(path=str(HERE / "report.png"))
            page.locator("section#nodes figure").first.screenshot(path=str(HERE / "report-nodes.png"))
            browser.close()


if __name__ == "__main__":
    main()
