"""A small pack with cases: rules, a network, and cases written as a planner would."""

from router.planning.cases.case_report import CaseReport
from router.planning.cases.case_run import run_cases
from router.rules.ruleset import compile_rules

RULES = """
kind: RuleSet/v1
id: goods
owner: safety
priority: 10
currency: USD
applies: dest.country == "US"
constraints:
  - {id: ground-only, when: line.hazmat == "LITHIUM", ban: service.mode == "AIR", because: no flights}
  - {id: no-heavy-store, when: line.unit_weight > kg(10), ban: node.kind == "STORE", because: no lift}
costs:
  - {id: store-labor, when: node.kind == "STORE", per: shipment, amount: usd(1.50)}
carriers:
  - {id: heavy, when: order.weight > kg(40), use: [UPS/GROUND]}
  - {id: default, use: [UPS/GROUND, UPS/2DAY]}
splits:
  - {id: gold, when: order.tier == "GOLD", max_shipments: 3}
  - {id: default, max_shipments: 1}
backorder:
  - {id: batteries, when: line.hazmat == "LITHIUM", do: CANCEL, penalty: usd(30)}
  - {id: default, do: BACKORDER, penalty: usd(50)}
"""

NETWORK = """
currency: USD
timezone: America/New_York
places:
  los-angeles: {region: CA, at: [34.05, -118.24]}
  newark: {region: NJ, at: [40.73, -74.17]}
nodes:
  DC-EAST: {region: NJ, at: [40.7, -74.2], handling: usd(0.50), stock: {LAMP: 5, CELL: 3, SAFE: 2}}
  STORE-7: {kind: STORE, region: CA, at: [34.0, -118.2], stock: {LAMP: 2, CELL: 1, SAFE: 1, MUG: 1}}
  STORE-9: {kind: STORE, open: false, at: [34.0, -118.2], stock: {LAMP: 9}}
services:
  UPS/GROUND: {price: usd(6.50), per_kg: usd(0.40), transit_days: 4, hazmat: [LITHIUM]}
  UPS/2DAY: {mode: AIR, price: usd(6), per_kg: usd(0.50), transit_days: 2, hazmat: [LITHIUM]}
products:
  LAMP: {weight: kg(2), price: usd(40)}
  CELL: {weight: kg(1), price: usd(25), hazmat: LITHIUM}
  SAFE: {weight: kg(30), price: usd(200)}
  MUG: {weight: g(400), price: usd(8)}
"""


def network_file(text: str = NETWORK) -> bytes:
    return f"kind: Network/v1\n{text}".encode()


def cases_file(cases: str, head: str = 'now: "2026-12-01T09:00"') -> bytes:
    return f"kind: RuleTests/v1\n{head}\ncases:\n{cases}".encode()


def a_case(given: str = "{order: {lines: [LAMP]}}", expect: str = "{shipments: 1}", name: str = "it") -> str:
    return f"  - name: {name}\n    given: {given}\n    expect: {expect}\n"


def run(cases: str, **files: bytes) -> CaseReport:
    """The cases beside the small pack; `files` add to its files or replace them (`a_yaml` is `a.yaml`)."""
    pack = {
        "goods.yaml": RULES.encode(),
        "small.network.yaml": network_file(),
        "goods.test.yaml": cases_file(cases),
    }
    pack |= {name.replace("__", ".").replace("_yaml", ".yaml"): content for name, content in files.items()}
    return run_cases(compile_rules({name: content for name, content in pack.items() if content}))
