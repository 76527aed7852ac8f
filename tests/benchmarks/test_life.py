"""Weeks of a shop lived whole: what the books say at the end equals what a mirror counted beside them, unit by unit and
penny by penny; and they agree with themselves.
"""

from pathlib import Path

import pytest

from benchmarks.real.uci_life import live_sample
from benchmarks.real.uci_lived import Lived
from benchmarks.real.uci_sample import sample_year


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    folder: Path = tmp_path_factory.mktemp("life")
    return live_sample(3, folder, str(folder / "life.sqlite"))


def test_goods_lie_where_the_mirror_has_them_after_sales_cancellations_and_returns(lived: Lived) -> None:
    assert lived.differing_rows == 0
    assert lived.counts["delivered"] == lived.counts["shipments"] > 50
    assert lived.counts["units canceled"] > 0
    assert lived.counts["units returned"] > 0


def test_customers_have_paid_for_what_they_kept_and_for_nothing_else(lived: Lived) -> None:
    assert lived.held_minor == lived.mirror_minor > 0
    assert lived.counts["captures"] > lived.counts["refunds"] > 0
    assert lived.counts["releases"] > 0


def test_the_audit_is_clean_and_the_accounts_reconcile(lived: Lived) -> None:
    assert lived.faults == ()
    assert lived.differences == ()
    assert lived.voucher_count > 500


def test_every_sale_of_the_sample_is_decided(lived: Lived) -> None:
    sales = [one for one in sample_year(3) if not one.is_cancellation]

    assert lived.counts["orders"] == lived.counts["payments"] == len(sales)
    assert not lived.refused
