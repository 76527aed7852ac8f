"""The report: one file without requests, small whatever it is of, and every figure leads to orders."""

import re
from html.parser import HTMLParser

import pytest

from router.cli.rules.page_parts import page_parts
from router.domain.identifiers import NodeId
from router.domain.place import Point
from router.planning.effects.comparison import Comparison, compare
from router.planning.effects.difference import Edit, Mark
from router.planning.effects.effect import Effect
from router.planning.effects.trial import Trial
from router.planning.pages.report import render_report
from router.routing.network.prepared import prepare
from tests.planning.test_comparison import a_pair, a_plan, a_shipment, left_out, many
from tests.routing.builders import a_network, a_node, an_order

MEGABYTE = 1_000_000
EDITS = (
    Edit(mark=Mark.CHANGED, name="shop/box", block="costs", before="amount: eur(1)", after="amount: eur(2)"),
    Edit(mark=Mark.ADDED, name="shop/new", block="costs", before="", after="amount: eur(2)"),
)


def a_trial(comparison: Comparison, network=None, edits=EDITS) -> Trial:
    return Trial(
        base_digest="a" * 64,
        candidate_digest="b" * 64,
        paths=("rules/shop",),
        source="the last ones of 127.0.0.1:50051",
        edits=edits,
        effect=Effect(comparison=comparison, solved_before=0, solved_after=7),
        network=prepare(network or a_network()),
        made_time="2026-11-23T08:00:00Z",
        made_by="ana",
    )


def report_of(comparison: Comparison, **settings: object) -> str:
    return render_report(a_trial(comparison, **settings), page_parts())


class Page(HTMLParser):
    """What a page names: ids, links inside it, and whatever could be fetched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.fetched: list[str] = []
        self.scripts = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids += [values["id"]] if "id" in values else []
        self.scripts += tag == "script"
        if tag == "a":
            self.targets.append(values["href"])
        self.fetched += [
            f"{tag} {name}={value}"
            for name, value in attrs
            if name in ("src", "srcset", "data", "action", "poster")
        ]
        if tag != "a" and "href" in values:
            self.fetched.append(f"{tag} href={values['href']}")


@pytest.fixture(scope="module")
def of_many() -> str:
    return report_of(compare(many(2_000)))


def test_asks_for_nothing_from_anywhere(of_many):
    page = Page(of_many)

    assert page.fetched == []
    assert re.findall(r"url\(|@import|https?:|//[a-z]", of_many.replace("// ", "")) == []
    assert "default-src &#x27;none&#x27;" in of_many


def test_every_link_leads_to_a_place_in_the_page(of_many):
    page = Page(of_many)

    assert {target for target in page.targets if target[1:] not in page.ids} == set()
    assert len(page.ids) == len(set(page.ids))


def test_the_figures_lead_to_the_ids_behind_them(of_many):
    page = Page(of_many)

    assert {
        "#behind-dearer",
        "#behind-more-shipments",
        "#behind-now-late",
        "#behind-more-units-left-out",
    } <= set(page.targets)
    assert "d-000000001999" in page.ids


def test_holds_at_most_five_hundred_orders(of_many):
    assert sum(id.startswith("d-") for id in Page(of_many).ids) <= 500


def test_a_million_orders_of_two_thousand_nodes_fit_five_megabytes():
    nodes = [f"STORE-OF-A-LONG-NAME-{number:04d}" for number in range(2_000)]
    pairs = [
        a_pair(
            a_plan(a_shipment(node), cost=0),
            a_plan(a_shipment(nodes[number - 1], "CHRONO/13"), unshipped=left_out(1), cost=number + 1),
            number,
            place=Point((number % 170 - 85) * 1_000_000, (number * 7 % 360 - 180) * 1_000_000),
            why=tuple(f"a-rule-set/a-rule-with-a-long-name-{rule}" for rule in range(8)),
        )
        for number, node in enumerate(nodes)
    ]
    comparison = compare(pairs)
    for _ in range(9):
        comparison = comparison + comparison
    network = a_network(
        *(a_node("lyon", id=NodeId(node), point=Point(number * 20_000, number * 30_000), shipments_per_day=9)
          for number, node in enumerate(nodes))
    )  # fmt: skip

    html = report_of(comparison, network=network)

    assert comparison.orders == 1_024_000
    assert len(html.encode()) < 5 * MEGABYTE


def test_names_of_others_have_no_power_over_the_page():
    order = an_order('<script>alert("x")</script>', lines={"CLOCK": 1})
    edits = (Edit(mark=Mark.ADDED, name="x</pre><script>", block="costs", before="", after="</script>\"'&"),)

    page = Page(report_of(compare([a_pair(a_plan(), a_plan(a_shipment("nice")), order=order)]), edits=edits))

    assert page.scripts == 1


def test_draws_charts_and_a_map():
    network = a_network(a_node("lyon", shipments_per_day=2), a_node("nice"))
    pair = a_pair(
        a_plan(a_shipment("lyon")),
        a_plan(a_shipment("nice"), cost=90_000),
        place=Point(48_000_000, 2_000_000),
    )

    html = report_of(compare([pair]), network=network)

    assert html.count('<svg class="chart"') == 4
    assert html.count('<svg class="map"') == 1
    assert "lyon: 1 shipments before, 0 after" in html


def test_a_change_without_effect_says_so():
    html = report_of(compare([a_pair(a_plan(), a_plan())]), edits=())

    assert "No order would ship or cost otherwise." in html
    assert "Both versions say the same" in html


def test_no_orders_are_no_error():
    assert "There were no orders to decide." in report_of(Comparison())
