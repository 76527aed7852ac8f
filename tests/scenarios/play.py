"""Plays a scenario in a world: what is given, what happens, and whether then everything is as it says.

A scenario is a YAML file. Its keys begin with `given`, `when` or `then` and are played from the top. A step of
`when` is a verb with its subject and what else it needs; `refused` says that it must be refused, and why. A step of
`then` is what to look at, and how it must look. After every step the audit is clean.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from google.protobuf.timestamp_pb2 import Timestamp

from router.api.v1 import fulfillment_pb2, inventory_pb2, network_pb2, rules_pb2
from tests.scenarios.beside import BY_ITSELF
from tests.scenarios.clock import seconds_of
from tests.scenarios.file_words import FILE_LOOKS, FILE_VERBS, export, take_document, take_file
from tests.scenarios.people_words import PEOPLE_LOOKS
from tests.scenarios.seen import SEEN
from tests.scenarios.sentences import ScenarioWrong, differences, fill
from tests.scenarios.trade_words import TRADE_LOOKS, TRADE_VERBS
from tests.scenarios.words import LOOKS, MANY, VERBS, message_of
from tests.scenarios.worlds import Refused, World
from tests.service.builders import a_network, an_order, on_account, products

STORIES = Path(__file__).parent / "stories"
ALL_VERBS = {**VERBS, **TRADE_VERBS, **FILE_VERBS}
ALL_LOOKS = {**LOOKS, **TRADE_LOOKS, **PEOPLE_LOOKS, **FILE_LOOKS}


class NoKeyTwice(yaml.SafeLoader):
    """Refuses a key that stands twice, of which YAML would forget the first."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ScenarioWrong(f"line {node.start_mark.line + 1}: {sorted(twice)} stands twice")
        return super().construct_mapping(node, deep)


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    parts: Mapping[str, Any]


def read_scenario(path: Path) -> Scenario:
    parts = yaml.load(path.read_text(encoding="utf-8"), Loader=NoKeyTwice)
    title = parts.pop("scenario")
    unknown = [part for part in parts if not part.startswith(("given", "when", "then"))]
    if unknown:
        raise ScenarioWrong(f"{path.name}: a part begins with given, when or then, not {unknown}")
    return Scenario(path.stem, title, parts)


def list_scenarios() -> list[Path]:
    return sorted(STORIES.rglob("*.yaml"))


class Play:
    """One scenario in one world. `on_step` hears of each step that went as it should.

    `remembers`: what was looked at is not asked for again before something happens.
    """

    def __init__(
        self, world: World, on_step: Callable[[str, Any], None] | None = None, *, remembers: bool = False
    ) -> None:
        self.world = world
        self.on_step = on_step or (lambda part, step: None)
        self.step_count = 0
        self.marks: dict[str, int] = {}
        self.known: set[str] = set()
        self.files: dict[str, str] = {}
        self.faults: list[str] = []
        self.remembers = remembers
        self.looked_at: dict[Any, Any] = {}

    def play(self, scenario: Scenario) -> None:
        self.open_company()
        self.tell(scenario)

    def tell(self, scenario: Scenario) -> None:
        for part, steps in scenario.parts.items():
            for step in listed(steps):
                try:
                    self.take(part, step)
                    self.on_step(part, step)
                except (AssertionError, Refused) as error:
                    error.add_note(f"scenario `{scenario.title}`, {part}: {step}")
                    raise

    def take(self, part: str, step: Mapping[str, Any]) -> None:
        if part.startswith("given"):
            self.give(step)
        elif part.startswith("when"):
            self.act(step)
            faults = self.world.faults()
            assert not faults, faults
        else:
            self.check(step)

    def open_company(self) -> None:
        self.do("put network", network_pb2.PutNetworkRequest(network=a_network(), request_id="network"))

    def give(self, given: Mapping[str, Any]) -> None:
        """Goods that are known, where they lie, and the rules in force; or anything that happened before.

        `on account` says which orders may leave unpaid: `every order`, or a condition on them.
        """
        for word, value in given.items():
            if word == "stock":
                skus = sorted({sku for rows in value.values() for sku in rows})
                self.know([sku for sku in skus if sku not in self.known])
                self.act({"snapshot": "opening", "stock": value})
            elif word == "products":
                self.know(value)
            elif word == "rules":
                self.act({"activate rules": value})
            elif word == "on account":
                self.act({"activate rules": on_account("true" if value == "every order" else value)})
            else:
                self.act(given)
                return

    def know(self, skus: Sequence[str] | Mapping[str, Any]) -> None:
        """Products that weigh 500 grams unless something else is said of them."""
        request = network_pb2.PutProductsRequest(products=products(*skus), request_id=self.key())
        if isinstance(skus, Mapping):
            for message in request.products:
                fill(message, skus[message.sku] or {})
        if request.products:
            self.do("put products", request)
        self.known.update(skus)

    def key(self) -> str:
        self.step_count += 1
        return f"step {self.step_count}"

    def do(self, verb: str, request: Any) -> Any:
        return self.world.do(ALL_VERBS[verb], request)

    def act(self, step: Mapping[str, Any]) -> None:
        words = dict(step)
        expected, says = words.pop("refused", None), words.pop("says", "")
        if not expected:
            self.happen(words)
            return
        refused = refusal_of(self.happen, words)
        assert (refused.reason, says in refused.message) == (expected, True), str(refused)

    def happen(self, words: dict[str, Any]) -> None:
        try:
            self.happen_now(words)
        finally:
            self.looked_at.clear()

    def happen_now(self, words: dict[str, Any]) -> None:
        verb = next(iter(words))
        subject = words.pop(verb)
        if verb in DEEDS:
            DEEDS[verb](self, subject, words)
            return
        if verb in BY_ITSELF:
            self.world.let_work(verb, subject)
            return
        if verb not in ALL_VERBS:
            raise ScenarioWrong(
                f"`{verb}` is no verb; there are: {', '.join(sorted([*DEEDS, *BY_ITSELF, *ALL_VERBS]))}"
            )
        make = SPECIAL.get(verb, Play.plain)
        self.do(verb, make(self, verb, subject, words))

    def keyed(self, verb: str, words: dict[str, Any]) -> Any:
        """A request with a key of its own, unless the scenario gives it one."""
        request = message_of(ALL_VERBS[verb])
        request.request_id = str(words.pop("key", "")) or self.key()
        return request

    def plain(self, verb: str, subject: Any, words: dict[str, Any]) -> Any:
        known = ALL_VERBS[verb]
        request = self.keyed(verb, words)
        fill(request, {known.subject: subject, **words})
        return request

    def order(self, verb: str, subject: str, words: dict[str, Any]) -> Any:
        request = self.keyed(verb, words)
        self.fill_order(request, subject, words)
        return request

    def quote(self, words: dict[str, Any]) -> Any:
        """What an order would be promised."""
        look = ALL_LOOKS["promise"]
        request = message_of(look)
        self.fill_order(request, "", words)
        return self.world.see(look, request)

    def fill_order(self, request: Any, subject: str, words: dict[str, Any]) -> None:
        """Lines of 19.99 EUR each for somebody in Lyon, unless it says otherwise."""
        request.decision_time.CopyFrom(self.now())
        if (reservation_id := words.pop("reservation", "")) != "":
            request.reservation_id = reservation_id
        to, price = str(words.pop("to", 69001)), words.pop("price", 1_999)
        lines = words.pop("lines")
        whole = lines if isinstance(lines, Mapping) else None
        request.order.CopyFrom(an_order(str(subject), whole or {}, to))
        for line in request.order.lines:
            line.unit_price_minor = price
        fill(request.order, {**({} if whole else {"lines": lines}), **words})

    def snapshot(self, verb: str, subject: str, words: dict[str, Any]) -> list[Any]:
        """What a feed counted; its snapshots are numbered from 1."""
        self.marks[subject] = int(words.pop("sequence", self.marks.get(subject, 0) + 1))
        stock = words.pop("stock")
        header = inventory_pb2.SnapshotHeader(
            request_id=str(words.pop("key", "")) or self.key(),
            feed_id=subject,
            sequence=self.marks[subject],
            basis=inventory_pb2.SNAPSHOT_BASIS_PHYSICAL,
            scope=inventory_pb2.SNAPSHOT_SCOPE_PARTIAL,
            row_count=sum(map(len, stock.values())),
        )
        fill(header, words)
        chunks = [
            inventory_pb2.SnapshotChunk(node_id=node, skus=list(rows), quantities=list(rows.values()))
            for node, rows in stock.items()
        ]
        make = inventory_pb2.UploadStockSnapshotRequest
        return [make(header=header), *(make(chunk=chunk) for chunk in chunks)]

    def carrier_report(self, verb: str, subject: str, words: dict[str, Any]) -> Any:
        """Of one shipment and as of now, unless it happened some hours ago."""
        hours = int(words.pop("hours ago", 0))
        request = self.keyed(verb, words)
        report = {"time": Timestamp(seconds=self.now().seconds - hours * 3_600), **words}
        fill(request, {"reports": [{"shipment id": subject, "report": report}]})
        return request

    def rules(self, verb: str, subject: str, words: dict[str, Any]) -> Any:
        files = [rules_pb2.RuleFile(name="shop.yaml", content=subject.encode())]
        request = self.keyed(verb, words)
        fill(request, {"author": "planner", **words})
        request.files.extend(files)
        return request

    def edit(self, verb: str, subject: str, words: dict[str, Any]) -> Any:
        """Shown first, then confirmed as it was shown."""
        key = str(words.pop("key", "")) or self.key()
        request = message_of(ALL_VERBS[verb])
        fill(request, {"order_id": subject, "author": "ann", **words})
        request.confirm_token = self.do(verb, request).confirm_token
        request.request_id = key
        return request

    def now(self) -> Timestamp:
        return Timestamp(seconds=self.world.clock.now() // 1_000_000)

    def look(self, name: str, subject: Any, **more: Any) -> Any:
        look = ALL_LOOKS[name]
        request = message_of(look)
        fill(request, {**({look.subject: subject} if look.subject else {}), **more})
        if not self.remembers:
            return self.world.see(look, request)
        return self.remembered((name, request.SerializeToString()), look, request)

    def look_at_shipments(self, order_id: str) -> list[Any]:
        """The records of an order's shipments by number, each of which is looked at by it too."""
        records = list(self.look("shipments", order_id, page_size=MANY).records)
        if self.remembers:
            for record in records:
                request = fulfillment_pb2.GetShipmentRequest(shipment_id=record.shipment_id)
                found = fulfillment_pb2.GetShipmentResponse(record=record)
                self.looked_at.setdefault(("shipment", request.SerializeToString()), found)
        return records

    def remembered(self, key: Any, look: Any, request: Any) -> Any:
        """The answer or the refusal of before."""
        if key not in self.looked_at:
            try:
                self.looked_at[key] = self.world.see(look, request)
            except Refused as refused:
                self.looked_at[key] = refused
        if isinstance(found := self.looked_at[key], Refused):
            raise found
        return found

    def check(self, step: Mapping[str, Any]) -> None:
        words = dict(step)
        name = next(iter(words))
        subject = words.pop(name)
        if name not in SEEN:
            raise ScenarioWrong(f"`{name}` cannot be looked at; there are: {', '.join(sorted(SEEN))}")
        if set(words) == {"refused"}:
            refused = refusal_of(SEEN[name], self, subject)
            assert refused.reason == words["refused"], str(refused)
            return
        found = SEEN[name](self, subject)
        if words.pop("nothing else", False):
            assert sorted(found) == sorted(words), f"{name} {subject} has {sorted(found)}"
        faults = differences(found, words, f"{name} {subject}")
        assert not faults, "; ".join(faults)


def wait(play: Play, subject: Any, words: Any) -> None:
    play.world.clock.go_on(seconds_of(subject))


DEEDS: Mapping[str, Callable[[Play, Any, dict[str, Any]], Any]] = {
    "wait": wait,
    "intake": take_document,
    "import": take_file,
    "export": export,
}
"""Verbs that are no single call."""

SPECIAL: Mapping[str, Callable[..., Any]] = {
    "order": Play.order,
    "snapshot": Play.snapshot,
    "carrier reports": Play.carrier_report,
    "activate rules": Play.rules,
    "edit order": Play.edit,
}
"""Verbs that do more than fill their message."""


def refusal_of(do: Callable[..., Any], *arguments: Any) -> Refused:
    """The refusal that it must end with."""
    try:
        found = do(*arguments)
    except Refused as refused:
        return refused
    raise AssertionError(f"not refused: {found}")


def listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]
