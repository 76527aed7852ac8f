"""The file of return policies: read as planners write it, and every fault at its line."""

from pathlib import Path

import pytest

from router.connectors.return_policies_file import PoliciesRefused, read_return_policies
from router.domain.return_policy import LabelPayer, RefundTime

FILE = """\
return_policies:
  - window_days: 30
    send_days: 14
    refund_time: FIRST_SCAN
    refund_automatically: true
    node_ids: [WH-EAST]
    resale_minor: 150
    reasons:
      - code: UNWANTED
        label_payer: CUSTOMER
        fee_percent: 10
      - code: DEFECT
        window_days: 730
        refunds_shipping: true
  - channel: market
    window_days: 14
    send_days: 7
    reasons: [{code: UNWANTED}]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "policies.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_policies_are_what_the_file_says(tmp_path: Path) -> None:
    every, market = read_return_policies(written(tmp_path, FILE))

    assert (every.channel, every.window_days, every.send_days, every.node_ids) == ("", 30, 14, ("WH-EAST",))
    assert (every.refund_time, every.refunds_itself, every.resale_minor) == (RefundTime.FIRST_SCAN, True, 150)
    unwanted, defect = every.reasons
    assert (unwanted.label_payer, unwanted.fee_percent) == (LabelPayer.CUSTOMER, 10)
    assert (defect.window_days, defect.refunds_shipping, defect.label_payer) == (730, True, LabelPayer.SHOP)
    assert (market.channel, market.refund_time, market.refunds_itself) == (
        "market",
        RefundTime.INSPECTION,
        False,
    )


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        (
            "FIRST_SCAN",
            "FIRST_SCANN",
            "4:18: `refund_time` cannot be `FIRST_SCANN`; did you mean `FIRST_SCAN`?",
        ),
        ("fee_percent: 10", "fee_percent: 101", "11:22: `fee_percent` cannot be `101`; expected 0 to 100"),
        ("send_days: 7", "send_dayz: 7", "17:5: a policy has no key `send_dayz`; did you mean `send_days`?"),
        ("[{code: UNWANTED}]", "[]", "18:14: `reasons` has 1 to 100 reasons"),
        ("return_policies", "policies", "a file of return policies has no key `policies`"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, right: str, wrong: str, line: str) -> None:
    with pytest.raises(PoliciesRefused) as caught:
        read_return_policies(written(tmp_path, FILE.replace(right, wrong)))

    assert any(line in one for one in caught.value.lines), caught.value.lines


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PoliciesRefused, match="cannot read"):
        read_return_policies(tmp_path / "none.yaml")
