"""Answers written as bytes: what their messages serialize to, plain or not."""

from random import Random

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from router.api.v1 import routing_pb2
from router.app.answers.decided import Refused, Routed, RoutedOrders, Versions
from router.app.answers.restocks import Restock
from router.domain.identifiers import (
    Day,
    DecisionId,
    Digest,
    Instant,
    LineId,
    NodeId,
    OrderId,
    ServiceLevelId,
    Sku,
)
from router.domain.plan import (
    Allocation,
    CostKind,
    CostPart,
    Level,
    LevelValue,
    Parcel,
    Plan,
    PlannedTransfer,
    Shipment,
    SolutionMethod,
    SolutionStatus,
    Substitution,
    Unshipped,
    UnshippedAction,
)
from router.routing.decision import shipment_numbers
from router.routing.route import route
from router.service.to_proto.answer_bytes import _say_each, say_plainly
from router.service.to_proto.answer_tokens import _take_each_apart
from router.service.to_proto.routing import WORDS, batch_response, result_message, route_order_response
from tests.proving import seeds
from tests.routing.random_worlds import random_requests, random_shelf, random_world

BIG = (1 << 62) - 1
NUMBERS = (0, 1, 127, 128, 255, 256, 16_383, 16_384, 65_535, 65_536, (1 << 32) - 1, 1 << 32, BIG)
AMOUNTS = (
    *NUMBERS[:-1],
    -1,
    -32,
    -33,
    -128,
    -129,
    -499,
    -500,
    -501,
    -32_769,
    -(1 << 31) - 1,
    500,
    1_500,
    2_500,
    999,
)
TEXTS = ("", "1", "é", "日本" * 10, "a" * 31, "b" * 32, "c" * 60, "d" * 127, "e" * 128)
LONG_TEXTS = (*TEXTS, "f" * 255, "g" * 512)
DAYS = (1, 59, 60, 365, 366, 719_162, 719_163, 730_179, 739_675, 3_652_059)


def a_cost(random: Random) -> CostPart:
    return CostPart(
        kind=random.choice([*CostKind]), amount_milli=random.choice(AMOUNTS), rule=random.choice(LONG_TEXTS)
    )


def an_allocation(random: Random) -> Allocation:
    return Allocation(
        line_id=LineId(random.choice(TEXTS)), sku=Sku(random.choice(TEXTS)), quantity=random.choice(NUMBERS)
    )


def a_parcel(random: Random) -> Parcel:
    return Parcel(
        allocations=tuple(an_allocation(random) for _ in range(random.choice([1, 2, 3, 17]))),
        weight_grams=random.choice(NUMBERS),
        billable_weight_grams=random.choice(NUMBERS),
        charge_milli=random.choice(AMOUNTS),
    )


def a_shipment(random: Random) -> Shipment:
    one = Shipment(
        node_id=NodeId(random.choice(TEXTS)),
        service_level_id=ServiceLevelId(random.choice(TEXTS)),
        parcels=tuple(a_parcel(random) for _ in range(random.choice([1, 1, 2, 20]))),
        ship_day=Day(random.choice(DAYS)),
        delivery_day=Day(random.randint(1, 3_652_059)),
        late_days=random.choice([0, 0, 3, 400]),
        costs=tuple(a_cost(random) for _ in range(random.choice([0, 1, 13, 16, 40]))),
    )
    return replace(one, co2e_milligrams=random.choice(NUMBERS)) if random.random() < 0.4 else one


def a_plan(random: Random) -> Plan:
    shipments = tuple(a_shipment(random) for _ in range(random.choice([0, 1, 1, 2, 18])))
    beyond = tuple(a_cost(random) for _ in range(random.choice([0, 0, 1, 3])))
    objective = random.choice([*AMOUNTS, BIG, -BIG])
    return Plan(
        status=random.choice([*SolutionStatus]),
        method=random.choice([*SolutionMethod]),
        objective_milli=objective,
        bound_milli=objective - random.choice([0, 0, 1, 999, 9_000_000_000_000]),
        work=random.choice(NUMBERS),
        shipments=shipments,
        order_costs=beyond,
        on_account=random.choice(LONG_TEXTS),
    )


def routed(plan: Plan, name: str = "A-1") -> Routed:
    return Routed(
        decision_id=DecisionId(f"decision-{name}"),
        order_id=OrderId(name),
        planned=plan,
        versions=Versions(
            rules_digest=Digest("ab" * 32),
            network_digest=Digest("cd" * 32),
            ledger_position=70_000,
            decision_time=Instant(1_794_830_400_000_001),
        ),
        shipment_numbers=tuple(range(1, len(plan.shipments) + 1)),
    )


def messages_of(answer: RoutedOrders, *, replayed: bool = False) -> bytes:
    message = routing_pb2.BatchRouteOrdersResponse(
        results=map(result_message, answer.results), replayed=replayed
    )
    return message.SerializeToString(deterministic=True)


def count_plain(answer: RoutedOrders) -> int:
    return sum(begin < end for begin, _, end in say_plainly(answer.results, WORDS)[1])


def is_plain(plan: Plan) -> bool:
    return not (plan.unshipped or plan.levels) and not any(one.transfers for one in plan.shipments)


@pytest.mark.parametrize("seed", seeds(9_000, 60))
def test_plain_decisions_are_the_bytes_of_their_messages(seed: int) -> None:
    random = Random(seed)
    names = [random.choice(TEXTS[1:]) for _ in range(random.choice([1, 3, 20]))]
    answer = RoutedOrders(results=tuple(routed(a_plan(random), name) for name in names))

    assert count_plain(answer) == len(names)
    assert batch_response(answer, replayed=bool(seed % 2)) == messages_of(answer, replayed=bool(seed % 2))


@pytest.mark.parametrize("seed", seeds(9_500, 40))
def test_decisions_of_random_shops_are_said_as_their_messages_say_them(seed: int) -> None:
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    decisions = route(random_requests(random, random.randint(1, 8)), world, shelf, shelf)
    answer = RoutedOrders(
        results=tuple(
            replace(
                routed(one.plan, one.inputs.order.id),
                shipment_numbers=shipment_numbers(one),
                versions=Versions(
                    rules_digest=one.inputs.rules_digest,
                    network_digest=one.inputs.network_digest,
                    ledger_position=seed,
                    decision_time=one.inputs.decision_time,
                ),
            )
            for one in decisions
        )
    )

    assert batch_response(answer, replayed=False) == messages_of(answer)
    assert count_plain(answer) == sum(is_plain(one.plan) for one in decisions)


PLAIN = a_plan(Random(6))
SMALL = replace(PLAIN, shipments=())
SENT = a_shipment(Random(1))
MOVED = PlannedTransfer(
    from_node_id=NodeId("lyon"), depart_day=Day(739_675), arrive_day=Day(739_676), allocations=()
)
STANDING_IN = replace(SENT.parcels[0].allocations[0], asked_sku=Sku("CLOCK"))
LEFT = Unshipped(line_id=LineId("1"), sku=Sku("A"), quantity=1, action=UnshippedAction.HOLD)
STANDS_IN = Substitution(line_id=LineId("1"), sku=Sku("A"), quantity=1, rule="r", unit_milli=3)
MIXED = replace(SENT, parcels=(replace(SENT.parcels[0], allocations=(STANDING_IN,)),))
NOT_PLAIN = {
    "what stays behind": {"unshipped": (LEFT,)},
    "tiers": {"levels": (LevelValue(level=Level.SHIPMENTS, value=1, before_cost=True),)},
    "substitutes": {"substitutions": (STANDS_IN,)},
    "nobody asked who trusts": {"on_account": UNSET},
    "transfers": {"shipments": (replace(SENT, transfers=(MOVED,)),)},
    "transfers of what emits": {"shipments": (replace(SENT, transfers=(MOVED,), co2e_milligrams=3),)},
    "another product": {"shipments": (MIXED,)},
    "a bound far away": {"bound_milli": PLAIN.objective_milli - 9_000_000_000_001},
}


@pytest.mark.parametrize("what", NOT_PLAIN)
def test_what_is_not_plain_stands_between_what_is_as_its_message_says_it(what: str) -> None:
    odd = replace(PLAIN, **NOT_PLAIN[what])
    assert_said_by_its_message(replace(routed(odd), shipment_numbers=tuple(range(1, len(odd.shipments) + 1))))


WAITING = Restock(line_id=LineId("1"), sku=Sku("A"), quantity=2, expected_day=None)
OUTCOMES = (
    Refused(order_id="A-2", reason="UNKNOWN_SKU", message="nobody knows `é`"),
    replace(routed(PLAIN), replaces=DecisionId("decision-7"), because="RECEIPT"),
    replace(routed(PLAIN), restocks=(WAITING,)),
)


@pytest.mark.parametrize("odd", OUTCOMES)
def test_outcomes_that_are_not_plain_do_so_too(odd: Routed | Refused) -> None:
    assert_said_by_its_message(odd)


def assert_said_by_its_message(odd: Routed | Refused) -> None:
    answer = RoutedOrders(results=(routed(PLAIN), odd, routed(PLAIN, "A-3")))
    assert count_plain(answer) == 2
    assert batch_response(answer, replayed=False) == messages_of(answer)


@pytest.mark.parametrize("plan", [PLAIN, replace(PLAIN, **NOT_PLAIN["tiers"])])
@pytest.mark.parametrize("replayed", [False, True])
def test_one_order_is_said_alone(plan: Plan, replayed: bool) -> None:
    said = routing_pb2.RouteOrderResponse.FromString(
        route_order_response(RoutedOrders(results=(routed(plan),)), replayed=replayed)
    )
    assert said.replayed == replayed
    assert said.routed == result_message(routed(plan)).routed


def test_nothing_is_said_of_no_orders() -> None:
    assert batch_response(RoutedOrders(results=()), replayed=False) == b""


def test_all_answers_use_the_form_that_is_warmed_up() -> None:
    batch_response(RoutedOrders(results=()), replayed=False)
    batch_response(RoutedOrders(results=(routed(SMALL),) * 70_000), replayed=True)
    assert len(_take_each_apart.signatures) == len(_say_each.signatures) == 1  # type: ignore[attr-defined]
