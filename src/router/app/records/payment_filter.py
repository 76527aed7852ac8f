"""Which payments are asked for."""

from dataclasses import dataclass

from router.ledger.payments import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFilter:
    """All that is given holds. `act_declined`: the provider said no to something, and not yes since."""

    order_id: str = ""
    gift_account_id: str = ""
    act_declined: bool = False

    def takes(self, one: Payment) -> bool:
        return (
            self.order_id in ("", one.order_id)
            and self.gift_account_id in ("", one.gift_account_id)
            and (not self.act_declined or one.declined_act is not None)
        )


ANY_PAYMENT = PaymentFilter()
