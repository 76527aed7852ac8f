"""A provider that moves no money and keeps every promise of the port: for tests, trials and the demonstration.

What it says follows from the token alone, so that every answer can be brought about: none means yes, `decline:CODE` no
with that code, `pending` not yet and at the second look yes, `expire:SECONDS` yes for so long and again when renewed,
`once:SECONDS` yes for so long and no renewal, `part:AMOUNT` yes to no more than that.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from router.app.ports.payment_provider import AskedPayment, ProviderDeclined, ProviderUnreachable, Said
from router.domain.identifiers import Instant
from router.ledger.payments import NEVER, PaymentMethod

CARD_SECONDS = 7 * 86_400
"""How long an authorization of a card holds: what card networks commonly allow for goods that are sent."""
LIMITED = frozenset({PaymentMethod.CARD, PaymentMethod.WALLET})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    asked: AskedPayment
    said: Said
    looks: int = 0
    captured: int = 0
    refunded: int = 0
    is_voided: bool = False
    renewals: int = 0


class FakeProvider:
    """Deterministic. While not `is_reachable` it does what it is asked and says nothing: ProviderUnreachable."""

    def __init__(self, now: Callable[[], Instant]) -> None:
        self._now = now
        self._lock = Lock()
        self._held: dict[str, _Held] = {}
        self._keys: dict[str, str | None] = {}
        """What each key led to: None is done, a text a decline, or of an authorization its id."""
        self.is_reachable = True

    def authorize(self, asked: AskedPayment, key: str) -> Said:
        with self._lock:
            provider_id = self._keys.setdefault(key, f"fake-{asked.payment_id}")
            assert provider_id is not None, "an authorization has an id"
            if provider_id not in self._held:
                self._held[provider_id] = _Held(asked=asked, said=self._answer(asked, provider_id))
            if self._held[provider_id].asked != asked:
                raise ProviderUnreachable(f"key `{key}` was used for another payment")
            self._reach()
            return self._held[provider_id].said

    def look(self, provider_id: str) -> Said:
        with self._lock:
            self._reach()
            held = replace(self._held[provider_id], looks=self._held[provider_id].looks + 1)
            if held.looks > 1 and not (held.said.authorized_minor or held.said.decline_code):
                held = replace(held, said=replace(held.said, authorized_minor=held.asked.amount_minor))
            self._held[provider_id] = held
            return held.said

    def capture(self, provider_id: str, amount_minor: int, key: str) -> None:
        def take(held: _Held) -> _Held | str:
            if NEVER < held.said.expire_time <= self._now():
                return "authorization_expired"
            if held.is_voided or held.captured + amount_minor > held.said.authorized_minor:
                return "amount_exceeds_authorization"
            return replace(held, captured=held.captured + amount_minor)

        self._once(provider_id, key, take)

    def void(self, provider_id: str, key: str) -> None:
        self._once(provider_id, key, lambda held: replace(held, is_voided=True))

    def refund(self, provider_id: str, amount_minor: int, key: str) -> None:
        def give_back(held: _Held) -> _Held | str:
            if held.refunded + amount_minor > held.captured:
                return "amount_exceeds_capture"
            return replace(held, refunded=held.refunded + amount_minor)

        self._once(provider_id, key, give_back)

    def renew(self, provider_id: str, key: str) -> Said:
        def promise(held: _Held) -> _Held | str:
            open_minor = held.said.authorized_minor - held.captured
            if held.is_voided or not open_minor or held.asked.token.startswith("once:"):
                return "no_renewal"
            if NEVER < held.said.expire_time <= self._now():
                return "authorization_expired"
            limit = Instant(self._now() + 1_000_000 * seconds_of(held.asked))
            return replace(held, said=replace(held.said, expire_time=limit), renewals=held.renewals + 1)

        self._once(provider_id, key, promise)
        held = self._held[provider_id]
        return replace(held.said, authorized_minor=held.said.authorized_minor - held.captured)

    def renewals(self, provider_id: str) -> int:
        """How often it was promised anew."""
        return self._held[provider_id].renewals

    def close(self) -> None:
        """There is nothing to let go of."""

    def taken(self, provider_id: str) -> int:
        """What it holds of the payer's money now, in minor units."""
        held = self._held[provider_id]
        return held.captured - held.refunded

    def _once(self, provider_id: str, key: str, change: Callable[[_Held], _Held | str]) -> None:
        with self._lock:
            if key not in self._keys:
                after = change(self._held[provider_id])
                self._keys[key] = after if isinstance(after, str) else None
                if isinstance(after, _Held):
                    self._held[provider_id] = after
            self._reach()
            if (declined := self._keys[key]) is not None:
                raise ProviderDeclined(declined)

    def _reach(self) -> None:
        if not self.is_reachable:
            raise ProviderUnreachable("the fake provider was told to be silent")

    def _answer(self, asked: AskedPayment, provider_id: str) -> Said:
        word, _, rest = asked.token.partition(":")
        if word == "decline":
            return Said(provider_id=provider_id, decline_code=rest or "declined")
        if word == "pending" or (asked.method is PaymentMethod.BANK_TRANSFER and not word):
            return Said(provider_id=provider_id)
        seconds = seconds_of(asked)
        return Said(
            provider_id=provider_id,
            authorized_minor=min(int(rest), asked.amount_minor) if word == "part" else asked.amount_minor,
            expire_time=Instant(self._now() + seconds * 1_000_000) if seconds else NEVER,
        )


def seconds_of(asked: AskedPayment) -> int:
    """How long its promise holds; 0: for ever."""
    word, _, rest = asked.token.partition(":")
    if word in ("expire", "once"):
        return int(rest)
    return CARD_SECONDS if asked.method in LIMITED else 0
