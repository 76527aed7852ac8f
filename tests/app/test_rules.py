"""The life of a rule version: it comes into force as a whole or not at all, and every step is on record."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from router.app.commands.rules import ActivateRules, RollbackRules, StageRules, StartShadow, StopShadow
from router.app.records.rule_versions import TRANSITIONS, VersionAction, VersionState
from router.domain.reasons import Reason, RouterError
from router.rules.ruleset import no_rules
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.rule_builders import a_reviewer, ready, rules_without

OFFERING = b"""\
kind: RuleSet/v1
id: swap
priority: 1
currency: EUR
applies: true
substitutes:
  - {id: clocks, when: line.sku == "TIN-LAMP", offer: [GHOST-CLOCK, RED-CLOCK]}
"""
NOT_LYON, NOT_NICE, NOT_LILLE = map(rules_without, ("lyon", "nice", "lille"))


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}, "nice": {"RED-CLOCK": 5}}, rules="") as shop:
        yield shop


def activate(shop: Shop, text: str = "", key: str = "", **fields: str) -> str:
    """The digest now in force; of `text`, or of a version named in `fields`."""
    files = {"flood.yaml": text.encode()} if text else {}
    said = {"author": "ada", "reason": "the Rhône"} | fields
    command = ActivateRules(
        request_id=key or shop.key(), body_digest=digest(text, fields), files=files, **said
    )
    answer = shop.answer(ready(shop, command))
    return answer.rules_digest  # type: ignore[union-attr]


def stage(shop: Shop, text: str, **changes: bool) -> tuple[str, str]:
    files = {"flood.yaml": text.encode()}
    command = StageRules(
        request_id=shop.key(), body_digest=digest(text), files=files, author="ada", **changes
    )
    answer = shop.answer(ready(shop, command))
    return answer.rules_digest, answer.state  # type: ignore[union-attr]


def roll_back(shop: Shop, **fields: str) -> str:
    command = RollbackRules(request_id=shop.key(), body_digest=digest(fields), author="bob", **fields)
    return shop.answer(ready(shop, command)).rules_digest  # type: ignore[union-attr]


def start_shadow(shop: Shop, version: str) -> None:
    shop.answer(ready(shop, StartShadow(request_id=shop.key(), body_digest=digest(version), digest=version)))


def stop_shadow(shop: Shop) -> None:
    shop.answer(ready(shop, StopShadow(request_id=shop.key(), body_digest=digest())))


def states(shop: Shop) -> dict[str, str]:
    """By digest."""
    return {one.digest: one.state.name for one in shop.queries.versions.list_versions(0, "").items}


def changes(shop: Shop) -> list[str]:
    """`ACTION by AUTHOR`, the first first."""
    found = shop.queries.versions.list_version_changes(0, "", "").items
    return [f"{one.action.name} by {one.author}" for one in reversed(found)]


def nodes_of_next_order(shop: Shop, id: str) -> list[str]:
    (routed,) = shop.route(order_for("RED-CLOCK", 1, id)).results
    return [shipment.node_id for shipment in routed.plan.shipments]


def refused(reason: Reason) -> "pytest.RaisesContext[RouterError]":
    return pytest.raises(RouterError, check=lambda error: error.reason is reason)


def test_rules_hold_from_the_next_batch_on(shop: Shop) -> None:
    before = nodes_of_next_order(shop, "order-1")
    activated = activate(shop, NOT_LYON)
    after = nodes_of_next_order(shop, "order-2")

    assert (before, after) == (["lyon"], ["nice"])
    found = shop.queries.documents.get_rules()
    assert (found.digest, found.rule_count) == (activated, 1)
    assert found.files == {"flood.yaml": NOT_LYON.encode()}
    told = [(event.kind.name, event.text) for event in shop.queries.list_events(0, 100)[-3:-1]]
    assert told == [
        ("RULES_STAGED", "CHECK; 1 rule; ada; the Rhône"),
        ("RULES_ACTIVATED", "ACTIVATE; 1 rule; ada; the Rhône"),
    ]


def test_decisions_find_the_rules_and_the_network_they_were_made_from(shop: Shop) -> None:
    nodes_of_next_order(shop, "order-1")
    activate(shop, NOT_LYON)
    nodes_of_next_order(shop, "order-2")
    old, new = (shop.queries.get_decision(order_id=f"order-{n}").decision for n in (1, 2))

    assert shop.queries.documents.versions_of(old)[1].digest == no_rules().digest
    assert shop.queries.documents.versions_of(new)[1].rule_count == 1
    assert shop.queries.documents.versions_of(new)[0].digest == shop.queries.head().network_digest


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        (NOT_LYON.replace("node.id", "node.idd"), "flood.yaml:10:11", "L111"),
        (NOT_LYON.replace("EUR", "USD"), "currency", "CURRENCY_DIFFERS"),
    ],
)
def test_wrong_rules_are_refused_with_all_that_is_wrong(shop: Shop, text: str, field: str, code: str) -> None:
    with refused(Reason.RULES_INVALID) as caught:
        activate(shop, text)

    assert [(one.field, one.code) for one in caught.value.violations] == [(field, code)]
    assert shop.queries.documents.get_rules().rule_count == 0
    assert states(shop) == {}
    assert nodes_of_next_order(shop, "order-1") == ["lyon"]


def test_a_refusal_of_files_is_pinned_under_its_key(shop: Shop) -> None:
    wrong = NOT_LYON.replace("node.id", "node.idd")
    with refused(Reason.RULES_INVALID):
        activate(shop, wrong, key="k")

    with refused(Reason.RULES_INVALID):
        activate(shop, wrong, key="k")
    with refused(Reason.IDEMPOTENCY_KEY_REUSED):
        activate(shop, NOT_LYON, key="k")


def test_a_case_that_fails_keeps_a_version_out_but_not_a_draft(shop: Shop) -> None:
    failing = a_reviewer(shop, failing_case="flood.test.yaml:3")
    files = {"flood.yaml": NOT_LYON.encode()}
    command = StageRules(request_id="1", body_digest=digest(1), files=files)
    draft = StageRules(request_id="2", body_digest=digest(2), files=files, is_draft=True)

    with refused(Reason.RULES_INVALID) as caught:
        shop.answer(failing.ready(command, shop.clock.now()))
    drafted = shop.answer(failing.ready(draft, shop.clock.now()))

    assert [(one.field, one.code) for one in caught.value.violations] == [
        ("flood.test.yaml:3", "CASE_FAILED")
    ]
    assert drafted.state == "DRAFT"  # type: ignore[union-attr]
    assert stage(shop, NOT_LYON)[1] == "CHECKED"
    assert changes(shop) == ["DRAFT by ", "CHECK by ada"]


def test_what_is_staged_again_stays_where_it_is(shop: Shop) -> None:
    first, second = activate(shop, NOT_LYON), activate(shop, NOT_NICE)

    assert stage(shop, NOT_NICE) == (second, "ACTIVE")
    assert stage(shop, NOT_LYON, is_draft=True) == (first, "RETIRED")
    assert stage(shop, NOT_LYON) == (first, "CHECKED")


def test_a_version_goes_from_checked_by_shadow_to_active_and_retired(shop: Shop) -> None:
    first = activate(shop, NOT_LYON)
    second, _ = stage(shop, NOT_NICE)
    start_shadow(shop, second)
    in_shadow = states(shop)
    activate(shop, digest=second[:8])

    assert in_shadow == {first: "ACTIVE", second: "SHADOW"}
    assert states(shop) == {first: "RETIRED", second: "ACTIVE"}
    assert nodes_of_next_order(shop, "order-1") == ["lyon"]


def test_a_shadow_is_stopped_and_its_version_is_checked_again(shop: Shop) -> None:
    staged, _ = stage(shop, NOT_LYON)
    start_shadow(shop, staged)
    stop_shadow(shop)

    assert states(shop) == {staged: "CHECKED"}
    with refused(Reason.SHADOW_NOT_RUNNING):
        stop_shadow(shop)


def test_a_second_shadow_is_refused(shop: Shop) -> None:
    first, second = stage(shop, NOT_LYON)[0], stage(shop, NOT_NICE)[0]
    start_shadow(shop, first)

    with refused(Reason.RULES_STATE_FORBIDS) as caught:
        start_shadow(shop, second)

    assert caught.value.message == (
        f"version `{first[:12]}` is in shadow already; read its report and stop it first"
    )


def test_a_draft_is_neither_shadowed_nor_activated(shop: Shop) -> None:
    draft, _ = stage(shop, NOT_LYON, is_draft=True)

    with refused(Reason.RULES_STATE_FORBIDS) as shadow:
        start_shadow(shop, draft)
    with refused(Reason.RULES_STATE_FORBIDS):
        activate(shop, digest=draft)

    assert shadow.value.message == (
        f"cannot start a shadow with version `{draft[:12]}`: it is draft; stage it without `draft` to have it checked"
    )
    assert states(shop) == {draft: "DRAFT"}


def test_files_in_force_already_change_nothing(shop: Shop) -> None:
    activate(shop, NOT_LYON)
    told = len(shop.queries.list_events(0, 100))
    activate(shop, NOT_LYON)

    assert len(shop.queries.list_events(0, 100)) == told


def test_rolling_back_twice_goes_back_two_versions(shop: Shop) -> None:
    first, second, third = (activate(shop, text) for text in (NOT_LYON, NOT_NICE, NOT_LILLE))

    assert (roll_back(shop), roll_back(shop)) == (second, first)
    assert states(shop) == {first: "ACTIVE", second: "RETIRED", third: "RETIRED"}
    assert nodes_of_next_order(shop, "order-1") == ["nice"]
    with refused(Reason.NO_EARLIER_RULES):
        roll_back(shop)


def test_a_version_is_named_to_roll_back_to(shop: Shop) -> None:
    first = activate(shop, NOT_LYON)
    activate(shop, NOT_NICE)
    activate(shop, NOT_LILLE)

    assert roll_back(shop, digest=first[:6]) == first
    assert changes(shop)[-2:] == ["RETIRE by bob", "ROLL_BACK by bob"]


def test_a_plan_against_rules_that_moved_is_refused_with_who_when_and_why(shop: Shop) -> None:
    first = activate(shop, NOT_LYON)
    second = activate(shop, NOT_NICE, author="m.ito", reason="holiday cutoffs")
    shop.clock.instant += 601_000_000

    with refused(Reason.RULES_MOVED) as caught:
        activate(shop, NOT_LILLE, expected_active_digest=first)

    assert caught.value.message == (
        f"the rules in force changed: expected `{first[:12]}`, in force is `{second[:12]}`"
        ' (activated by m.ito, 10 min ago: "holiday cutoffs"); plan again, nothing was changed'
    )
    assert caught.value.facts["author"] == "m.ito"
    assert shop.queries.documents.get_rules().digest == second


def test_a_plan_against_a_network_that_moved_is_refused(shop: Shop) -> None:
    with refused(Reason.NETWORK_MOVED):
        activate(shop, NOT_LYON, expected_network_digest="0" * 64)

    activate(shop, NOT_LYON, expected_network_digest=shop.queries.head().network_digest)


def test_a_rollback_is_refused_when_others_activate_meanwhile(shop: Shop) -> None:
    activate(shop, NOT_LYON)
    activate(shop, NOT_NICE)
    command = ready(shop, RollbackRules(request_id=shop.key(), body_digest=digest()))
    activate(shop, NOT_LILLE)

    with refused(Reason.RULES_MOVED):
        shop.answer(command)


def test_a_repeated_rollback_gets_its_recorded_answer(shop: Shop) -> None:
    first = activate(shop, NOT_LYON)
    activate(shop, NOT_NICE)
    command = RollbackRules(request_id="back", body_digest=digest())
    once = shop.ask(ready(shop, command))
    again = shop.ask(ready(shop, command))

    assert (again.answer, again.replayed) == (once.answer, True)
    assert shop.queries.documents.get_rules().digest == first


def test_versions_are_named_by_their_first_characters(shop: Shop) -> None:
    staged, _ = stage(shop, NOT_LYON)

    version, files = shop.queries.versions.get_version(staged[:5])

    assert (version.digest, files) == (staged, {"flood.yaml": NOT_LYON.encode()})
    with refused(Reason.DOCUMENT_NOT_FOUND):
        shop.queries.versions.get_version("ffffffff" if staged[0] != "f" else "00000000")


def test_history_comes_in_pages_the_latest_first(shop: Shop) -> None:
    digests = [activate(shop, text) for text in (NOT_LYON, NOT_NICE, NOT_LILLE)]

    page = shop.queries.versions.list_versions(2, "")
    rest = shop.queries.versions.list_versions(2, page.next_page_token)
    of_first = shop.queries.versions.list_version_changes(0, "", digests[0]).items

    assert [one.digest for one in (*page.items, *rest.items)] == digests[::-1]
    assert [one.action.name for one in of_first] == ["RETIRE", "ACTIVATE", "CHECK"]


def test_every_step_of_the_table_can_be_taken_and_no_state_is_a_trap() -> None:
    reached = set(TRANSITIONS.values())
    left = {before for before, _ in TRANSITIONS}

    assert reached == set(VersionState)
    assert left == {None, *VersionState}
    assert {action for _, action in TRANSITIONS} == set(VersionAction)


def test_the_operators_page_has_the_table_that_holds() -> None:
    page = (Path(__file__).parents[2] / "docs/operate.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \|[^|]*\|(.*)\|$", page, re.M)
    documented = {
        (state, VersionAction[action]): VersionState[after]
        for action, cells in rows
        for state, cell in zip((None, *VersionState), cells.split("|"), strict=True)
        if (after := cell.strip(" `"))
    }

    assert documented == TRANSITIONS


def test_a_review_tells_the_linter_which_of_the_offered_products_there_are() -> None:
    told: list[Any] = []

    def lint(rules: Any, *, at: Any, products: Any = None) -> tuple[()]:
        told.append(products)
        return ()

    with a_shop() as shop:
        reviewer = replace(a_reviewer(shop), lint=lint)
        reviewer.check({"swap.yaml": OFFERING}, shop.clock.now())

    assert told == [{"RED-CLOCK"}]
