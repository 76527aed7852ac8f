"""Nobody outside is asked: cash that whoever delivers takes, and gift accounts, whose money the books move."""

from router.app.ports.payment_provider import AskedPayment, Said


class Nobody:
    """Promises everything; whether a gift account has it is found when it is booked. `name` begins each id."""

    def __init__(self, name: str) -> None:
        self._name = name

    def authorize(self, asked: AskedPayment, key: str) -> Said:
        return Said(provider_id=f"{self._name}/{asked.payment_id}", authorized_minor=asked.amount_minor)

    def look(self, provider_id: str) -> Said:
        """Never pending: whoever books it finds it authorized already."""
        return Said(provider_id=provider_id)

    def capture(self, provider_id: str, amount_minor: int, key: str) -> None:
        """The carrier has it, or the books."""

    def void(self, provider_id: str, key: str) -> None:
        """Nobody has anything."""

    def renew(self, provider_id: str, key: str) -> Said:
        """Never asked: nothing of it runs out."""
        return Said(provider_id=provider_id)

    def refund(self, provider_id: str, amount_minor: int, key: str) -> None:
        """Paid out by people, or into the account."""

    def close(self) -> None:
        """There is nothing to let go of."""
