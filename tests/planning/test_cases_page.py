"""The page about cases: its tables are those that the program reads by, and its example passes."""

import re
from pathlib import Path

import pytest

from router.planning.cases.case import CASE_KEYS, GIVEN_KEYS, LINE_KEYS, ORDER_KEYS, PAYMENT_KEYS
from router.planning.cases.case_files import NETWORK_FILE_KEYS, TEST_FILE_KEYS
from router.planning.cases.case_run import run_cases
from router.planning.cases.fixture_keys import NODE_KEYS, PLACE_KEYS, PRODUCT_KEYS, SERVICE_KEYS, ZONE_KEYS
from router.planning.cases.read_expectations import EXPECT_KEYS, UNSHIPPED_KEYS
from router.rules.ruleset import compile_rules
from tests.planning.case_builders import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "cases.md").read_text()


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("The test file", TEST_FILE_KEYS), ("A case", CASE_KEYS), ("`given`", GIVEN_KEYS), ("`order`", ORDER_KEYS),
        ("A line", LINE_KEYS), ("`payment`", PAYMENT_KEYS), ("`expect`", EXPECT_KEYS),
        ("A SKU under `unshipped`", UNSHIPPED_KEYS),
        ("The network file", NETWORK_FILE_KEYS), ("A node", NODE_KEYS), ("A service", SERVICE_KEYS),
        ("A zone", ZONE_KEYS), ("A product", PRODUCT_KEYS), ("A place", PLACE_KEYS),
    ],
)  # fmt: skip
def test_each_table_has_every_key_with_its_meaning(heading, keys):
    section = re.split(r"^#+ ", PAGE.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.M)[0]

    assert dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.M)) == dict(keys)


def test_the_example_passes():
    example = PAGE.partition("```yaml\n")[2].partition("```")[0]

    report = run_cases(compile_rules({"goods.yaml": RULES.encode(), "goods.test.yaml": example.encode()}))

    assert [(one.name, one.unmet) for one in report.results] == [
        ("a loose battery never flies, even when air is cheaper", ())
    ]
