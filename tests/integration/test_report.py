"""The offline pages in Debian's chromium: nothing is requested, charts are drawn, tables sort, links find orders."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from router.cli.rules.page_parts import page_parts
from router.planning.effects.comparison import compare
from router.planning.pages.report import render_report
from router.planning.pages.rule_pages import RulesSeen, render_rules
from tests.planning.recorded import a_pack
from tests.planning.test_comparison import many
from tests.planning.test_report import a_trial

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "these tests need Debian's chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


class Opened:
    """A page opened from a file, and all that it asked for or complained about."""

    def __init__(self, browser: Browser, file: Path, **settings: object) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(**settings)
        self.page.on("request", self.note)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(file.as_uri())

    def note(self, request: Request) -> None:
        self.requests.append(request.url)

    def column(self, table: str, number: int) -> list[str]:
        return self.page.locator(f"#{table} tbody tr:visible td:nth-child({number})").all_inner_texts()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render_report(a_trial(compare(many(300))), page_parts()), encoding="utf-8")
    return file


@pytest.fixture
def opened(browser: Browser, report: Path) -> Iterator[Opened]:
    opened = Opened(browser, report)
    yield opened
    opened.page.close()


def test_nothing_but_the_file_itself_is_requested(opened, report):
    opened.page.mouse.wheel(0, 20_000)
    opened.page.wait_for_load_state("networkidle")

    assert opened.requests == [report.as_uri()]
    assert opened.complaints == []


def test_charts_are_drawn(opened):
    sizes = opened.page.locator("svg.chart").evaluate_all(
        "charts => charts.map(chart => [chart.clientWidth > 200, chart.querySelectorAll('rect').length > 1])"
    )

    assert sizes == [[True, True]] * 3


def test_a_table_sorts_by_a_column_and_back(opened):
    heading = opened.page.locator("#nodes-table th button").nth(1)
    heading.click()
    falling = [int(text) for text in opened.column("nodes-table", 2)]
    heading.click()
    rising = [int(text) for text in opened.column("nodes-table", 2)]

    assert len(falling) > 5
    assert falling == sorted(falling, reverse=True)
    assert rising == sorted(rising)


def test_a_table_sorts_from_the_keyboard_and_says_how(opened):
    heading = opened.page.locator("#nodes-table th").nth(0)
    heading.locator("button").focus()
    opened.page.keyboard.press("Enter")
    opened.page.keyboard.press("Space")

    assert heading.get_attribute("aria-sort") == "descending"
    assert opened.column("nodes-table", 1)[0] == "node-6"


def test_a_figure_leads_to_its_orders(opened):
    opened.page.locator(".card a", has_text="more units left out").first.click()

    assert opened.page.locator("#aspect").input_value() == "more units left out"
    assert 0 < len(opened.column("orders-table", 1)) <= 500


def test_words_narrow_the_orders(opened):
    opened.page.locator("#words").fill("order-299")

    assert opened.column("orders-table", 1) == ["order-299"]
    assert opened.page.locator("#shown").inner_text().startswith("1 of ")


def test_a_link_to_an_order_finds_it_though_it_is_filtered_out(opened):
    opened.page.locator("#words").fill("no such order")
    opened.page.locator("#nodes-table a.id").first.click()

    row = opened.page.locator("#orders-table tr:target")
    assert row.is_visible()


def test_figures_are_read_without_scripts_too(browser, report):
    opened = Opened(browser, report, java_script_enabled=False)
    opened.page.locator(".card a", has_text="dearer").first.click()

    assert opened.page.url.endswith("#behind-dearer")
    assert not opened.page.locator("form.filter").is_visible()
    opened.page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(browser, report, scheme):
    opened = Opened(browser, report, color_scheme=scheme)
    ink, paper = (
        sum(opened.page.evaluate(f"getComputedStyle(document.body).{name}.match(/[0-9]+/g).map(Number)"))
        for name in ("color", "backgroundColor")
    )
    opened.page.close()

    assert abs(ink - paper) > 450
    assert (paper > ink) == (scheme == "light")


def test_a_phone_scrolls_tables_and_not_the_page(browser, report):
    opened = Opened(browser, report, viewport={"width": 390, "height": 800})
    width = opened.page.evaluate("document.documentElement.scrollWidth")
    opened.page.close()

    assert width <= 390


def test_the_page_of_rules_asks_for_nothing(browser, tmp_path):
    rules = a_pack("costs:", "  - {id: box, per: shipment, amount: eur(1)}")
    seen = RulesSeen(title="The rules in force", made_time="today", currency="EUR")
    file = tmp_path / "rules.html"
    file.write_text(render_rules(rules, seen, page_parts()), encoding="utf-8")

    opened = Opened(browser, file)

    assert opened.requests == [file.as_uri()]
    assert opened.complaints == []
    assert opened.page.locator(".rulecard .says").all_inner_texts() == ["Adds 1 EUR per shipment."]
    opened.page.close()
