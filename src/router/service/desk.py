"""What every servicer works with: the engine for all that must be decided, threads for all that is only read."""

from collections.abc import Callable, Mapping, Sequence
from typing import ParamSpec, TypeVar

from router.app.answers.answer import Answered
from router.app.answers.payments import PaymentChanged
from router.app.answers.returns import ReturnChanged
from router.app.carriers.booker import Booker
from router.app.carriers.packer import Packer
from router.app.commands.carriers import CarrierWrite
from router.app.commands.command import Command
from router.app.commands.deciding import RouteOrders, RouteWave
from router.app.commands.payments import PaymentWrite
from router.app.commands.returns import RefundReturn
from router.app.commands.rules import Review, RulesCommand
from router.app.customers.address_check import AddressJudge, note_addresses
from router.app.engine.ledger_status import LedgerStatus
from router.app.engine_port import HeardEngine
from router.app.payments.cashier import Cashier
from router.app.queries import Queries
from router.app.records.events import Event
from router.app.rules.review import Reviewer
from router.app.rules.shadow_report import ShadowReport
from router.rules.diagnostics import Diagnostic
from router.service.calls import Call
from router.service.engine_bridge import Bell, EngineBridge, Threads
from router.service.watchers import Watchers

A = TypeVar("A")
P = ParamSpec("P")
T = TypeVar("T")
W = TypeVar("W", bound=PaymentWrite)
C = TypeVar("C", bound=CarrierWrite)
R = TypeVar("R", bound=RouteOrders | RouteWave)

READ_THREADS = 2
READS_WAITING_MAX = 256
REVIEW_THREADS = 2
REVIEWS_WAITING_MAX = 16
"""LIMIT: each may hold rule files of 16 MiB, and some seconds of a processor."""
PAYMENT_THREADS = 8
PAYMENTS_WAITING_MAX = 256
CARRIER_THREADS = 4
CARRIERS_WAITING_MAX = 256
REVIEW_SECONDS_MAX = 120
"""How long a call about rules without a deadline of its own may take: every case beside them is decided."""


class Desk:
    """Belongs to the running event loop."""

    def __init__(
        self,
        *,
        engine: HeardEngine,
        queries: Queries,
        reviewer: Reviewer,
        shadow_report: Callable[[], ShadowReport],
        ledger_status: Callable[[], LedgerStatus],
        move_price_minor: int,
        cashier: Cashier,
        booker: Booker,
        packer: Packer,
        judge: AddressJudge,
        checks_addresses: bool = False,
    ) -> None:
        bell = self._bell = Bell()
        self.queries = queries
        self.shadow_report = shadow_report
        self.ledger_status = ledger_status
        self.move_price_minor = move_price_minor
        self.cashier = cashier
        self.booker = booker
        self.packer = packer
        self.judge = judge
        self.checks_addresses = checks_addresses
        self.watchers = Watchers(bell, self._read_events, self._read_event_position)
        self._reviewer = reviewer
        self._bridge = EngineBridge(engine, bell)
        self._reads = Threads("read", READ_THREADS, READS_WAITING_MAX)
        self._reviews = Threads("review", REVIEW_THREADS, REVIEWS_WAITING_MAX)
        self._payments = Threads("payment", PAYMENT_THREADS, PAYMENTS_WAITING_MAX, books=True)
        self._carriers = Threads("carrier", CARRIER_THREADS, CARRIERS_WAITING_MAX, books=True)

    async def ask(self, command: Command, call: Call, expected: type[A]) -> tuple[A, bool]:
        """The engine's answer to `command` and whether it is a recorded one."""
        answered: Answered = await self._bridge.ask(command, call)
        assert isinstance(answered.answer, expected), "each command has one kind of answer"
        return answered.answer, answered.replayed

    async def pay(
        self, call: Call, function: Callable[[W], Answered], command: W
    ) -> tuple[PaymentChanged, bool]:
        """What the cashier answers, found where waiting for a provider holds up nobody else; and whether recorded."""
        answered = await self._payments.run(call, function, command)
        assert isinstance(answered.answer, PaymentChanged), "payments have one kind of answer"
        self.ring()
        return answered.answer, answered.replayed

    async def send(
        self, call: Call, function: Callable[[C], Answered], command: C, expected: type[A]
    ) -> tuple[A, bool]:
        """What the booker or the packer answers, found where waiting for a carrier holds up nobody else."""
        answered = await self._carriers.run(call, function, command)
        assert isinstance(answered.answer, expected), "each command has one kind of answer"
        self.ring()
        return answered.answer, answered.replayed

    async def refund(
        self, call: Call, function: Callable[[RefundReturn], Answered], command: RefundReturn
    ) -> tuple[ReturnChanged, bool]:
        """As `pay`, of what payments give back for a return."""
        answered = await self._payments.run(call, function, command)
        assert isinstance(answered.answer, ReturnChanged), "refunds have one kind of answer"
        self.ring()
        return answered.answer, answered.replayed

    async def note(self, command: R, call: Call) -> R:
        """Orders that say what is found of their addresses, if the server looks at addresses."""
        if not (self.checks_addresses and command.recipients):
            return command
        return await self.read(call, note_addresses, command, self.judge)

    async def read(self, call: Call, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function` gives, run where waiting for the disk disturbs nobody."""
        return await self._reads.run(call, function, *args, **kwargs)

    async def compute(self, call: Call, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function` gives, found where computing long holds up neither orders nor reads."""
        longer = call.extended(REVIEW_SECONDS_MAX)
        return await self._reviews.run(longer, function, *args, **kwargs)

    async def check_rules(self, files: Mapping[str, bytes], call: Call) -> Review:
        """Everything that is wrong with rule files, found where computing long holds up neither orders nor reads."""
        longer = call.extended(REVIEW_SECONDS_MAX)
        return await self._reviews.run(longer, self._reviewer.check, files, call.received)

    async def change_rules(
        self, command: RulesCommand, call: Call, expected: type[A]
    ) -> tuple[A, bool, tuple[Diagnostic, ...]]:
        """As `ask`, of a command about rules, which is reviewed before; and what the review found."""
        longer = call.extended(REVIEW_SECONDS_MAX)
        ready = await self._reviews.run(longer, self._reviewer.ready, command, call.received)
        answer, replayed = await self.ask(ready, longer, expected)
        return answer, replayed, ready.review.findings if ready.review else ()

    async def _read_events(self, call: Call, after: int, limit: int, order_id: str) -> Sequence[Event]:
        return await self.read(call, self.queries.list_events, after, limit, order_id)

    async def _read_event_position(self, call: Call) -> int:
        head = await self.read(call, self.queries.head)
        return head.event_position

    def ring(self) -> None:
        """Whoever follows events looks again: somebody else may have committed. On the event loop."""
        self._bell.ring()

    def close(self) -> None:
        self._reads.close()
        self._reviews.close()
        self._payments.close()
        self._carriers.close()
