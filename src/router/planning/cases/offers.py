"""What a network offers, for the linter: each service at each node, as rules see the two."""

from router.domain.network import Network
from router.planning.cases.case_files import CURRENCY, NETWORK_FILE_KEYS, TIME_ZONE
from router.planning.cases.fixtures import read_fixture
from router.planning.cases.form import Pen
from router.routing.network.prepared import emitted_by
from router.rules.diagnostics import Diagnostic, Findings
from router.rules.lint.pack import Offer
from router.rules.text.budget import Budget
from router.rules.text.load import load


def read_offers(name: str, content: bytes) -> tuple[tuple[Offer, ...], tuple[Diagnostic, ...]]:
    """The offers of a network file, or none and what is wrong with it."""
    findings = Findings()
    pen = Pen(findings=findings, budget=Budget(), currency=CURRENCY, time_zone=TIME_ZONE)
    root = load(name, content, pen.budget, findings)
    fixture = None if root is None else read_fixture(name, root, pen, NETWORK_FILE_KEYS)
    if fixture is None or findings.has_error():
        return (), findings.listed()
    return offers_of(fixture.network), ()


def offers_of(network: Network) -> tuple[Offer, ...]:
    """The facts of every node with each of its services. Attributes and days are left open."""
    services = {one.id: one for one in network.service_levels}
    return tuple(
        {
            "node.id": node.id, "node.kind": node.kind, "node.is_open": node.is_open, "node.country": node.country,
            "node.region": node.region, "node.postal_code": node.postal_code,
            "service.id": service_id, "service.carrier": services[service_id].carrier_id,
            "service.mode": services[service_id].mode, "service.co2e": emitted_by(services[service_id]),
        }
        for node in network.nodes
        for service_id in node.service_level_ids
    )  # fmt: skip
