"""Balances at a past position: from the balances of now, everything that came after is taken away again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec.structs import astuple, replace

from router.ledger.accounts import Account, Balance
from router.ledger.balances import credited, debited
from router.ledger.flows import PHASES, EntryCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """What `count` entries of one code moved together, on one side of an account."""

    account: Account
    is_debit: bool
    code: EntryCode
    quantity: int
    count: int


def balances_before(balances: Mapping[Account, Balance], since: Iterable[Turnover]) -> dict[Account, Balance]:
    """`balances` without what `since` moved; accounts that no entry had touched by then are left out."""
    past = dict(balances)
    for turnover in since:
        if (balance := past.get(turnover.account)) is not None:
            taken_away = debited if turnover.is_debit else credited
            phase, quantity = PHASES[turnover.code], -turnover.quantity
            earlier = taken_away(balance, phase.posted * quantity, phase.pending * quantity)
            past[turnover.account] = replace(earlier, version=balance.version - turnover.count)
    assert all(min(astuple(balance)) >= 0 for balance in past.values()), "no counter was ever negative"
    return {account: balance for account, balance in past.items() if balance.version}
