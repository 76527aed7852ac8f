"""`router explain`: every code has its page, however it is spelled."""

import json
import re
from pathlib import Path

import pytest

import router.cli
from router.cli.main import run
from router.cli.own_reasons import OWN
from router.domain.reasons import Reason
from router.rules.diagnostics import Code

Captured = pytest.CaptureFixture[str]


def test_a_finding_is_explained_with_an_example(capsys: Captured) -> None:
    assert run(["explain", "L118"]) == 0
    assert (
        capsys.readouterr().out
        == """\
L118  the divisor could be zero (error)

A checked rule cannot fail, so it divides by a number other than zero, or says what counts instead:
`div(a, b, 0.0)`.

instead of
  scores:
    - {id: deep, weight: 10, value: 10.0 / float(stock.available)}
  objective: {point_value: usd(0.01)}

write
  scores:
    - {id: deep, weight: 10, value: "div(10.0, float(stock.available), 1.0)"}
  objective: {point_value: usd(0.01)}
"""
    )


def test_a_reason_of_refusal_says_whether_to_try_again(capsys: Captured) -> None:
    run(["explain", "QUEUE_FULL"])
    again = capsys.readouterr().out
    run(["explain", "UNKNOWN_SKU"])
    never = capsys.readouterr().out

    assert again.startswith("QUEUE_FULL  RESOURCE_EXHAUSTED\n\ntoo much at once")
    assert again.endswith("the same call may succeed later; send it again with the same `request_id`\n")
    assert never.endswith("the same call will be refused again\n")


def test_a_reason_of_refusal_shows_a_call_what_it_is_answered_and_the_next_step(capsys: Captured) -> None:
    assert run(["explain", "INSUFFICIENT_STOCK"]) == 0
    assert (
        capsys.readouterr().out
        == """\
INSUFFICIENT_STOCK  FAILED_PRECONDITION

a correction would take more units than are there, a transfer more than are free, or a reservation
more than can be promised; the message gives the numbers

for example, Lyon has 50 red clocks:
  router call AdjustStock '{"nodeId": "LYON", "sku": "RED-CLOCK", "delta": "-90", "reasonCode": "LOSS", \
"requestId": "key-13"}'
  error[INSUFFICIENT_STOCK]: 90 cannot be taken away

next: read the stock with `GetAvailability` and correct the number, or count the shelf

the same call will be refused again
"""
    )


def test_every_reason_that_commands_give_by_themselves_has_its_page() -> None:
    sources = "".join(
        path.read_text()
        for path in Path(router.cli.__file__).parent.rglob("*.py")
        if path.stem != "own_reasons"
    )

    assert set(re.findall(r'reason="([A-Z_]+)"', sources)) - set(Reason) == set(OWN)


def test_a_reason_of_the_commands_own_is_given_in_the_words_of_its_page(
    capsys, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text("kind: RuleSet/v1\n")
    run(["rules", "apply", "shop.yaml", "--reason", "x", "--author", "ana"])
    run(["rules", "cost", "--orders", "shop.yaml"])
    run(["ledger", "audit", "--address", "127.0.0.1:1"])
    said = capsys.readouterr().err.replace("127.0.0.1:1;", "127.0.0.1:50051;")

    assert [
        name for name in ("PLAN_INVALID", "ORDERS_INVALID", "UNREACHABLE")
        if f"error[{name}]: {OWN[name].says}" not in said
    ] == []  # fmt: skip


@pytest.mark.parametrize("spelling", ["L111", "l111", "UNKNOWN_FACT", "unknown-fact"])
def test_a_code_may_be_spelled_as_one_likes(spelling: str, capsys: Captured) -> None:
    assert run(["rules", "explain", spelling]) == 0
    assert capsys.readouterr().out.startswith("L111  no such fact (error)\n")


def test_all_codes_are_listed_and_can_be_read_by_programs(capsys: Captured) -> None:
    run(["explain"])
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    run(["explain", "--format", "json"])
    pages = json.loads(capsys.readouterr().out)["pages"]

    assert listed == [page["code"] for page in pages] == [*Code, *Reason, *OWN]


def test_one_page_can_be_read_by_programs(capsys: Captured) -> None:
    run(["explain", "L205", "--format", "json"])
    page = json.loads(capsys.readouterr().out)

    assert (page["schema_version"], page["code"], page["name"], page["severity"]) == (
        1,
        "L205",
        "OVERLAP",
        "warning",
    )


def test_an_unknown_code_is_refused_with_the_nearest(capsys: Captured) -> None:
    assert run(["explain", "L1111"]) == 2
    assert "there is no code `L1111`; did you mean `L111`?" in capsys.readouterr().err
    assert run(["explain", "banana"]) == 2
    assert "there is no code `banana`; `router explain` lists all" in capsys.readouterr().err
