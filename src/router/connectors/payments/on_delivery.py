"""Cash on delivery: nobody is asked. It is promised by ordering, and taken by whoever delivers."""

from router.app.payments.provider import AskedPayment, Said


class OnDelivery:
    """Promises everything; what is captured was paid at the door."""

    def authorize(self, asked: AskedPayment, key: str) -> Said:
        return Said(provider_id=f"cash/{asked.payment_id}", authorized_minor=asked.amount_minor)

    def look(self, provider_id: str) -> Said:
        """Never pending: whoever books it finds it authorized already."""
        return Said(provider_id=provider_id)

    def capture(self, provider_id: str, amount_minor: int, key: str) -> None:
        """The carrier has it."""

    def void(self, provider_id: str, key: str) -> None:
        """Nobody has anything."""

    def refund(self, provider_id: str, amount_minor: int, key: str) -> None:
        """Paid out by people."""

    def close(self) -> None:
        """There is nothing to let go of."""
