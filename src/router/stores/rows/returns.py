"""Rows of returns and their policies, and the values they stand for."""

from typing import Any

import msgspec

from router.domain.return_policy import ReturnPolicy
from router.ledger.returns import Return
from router.stores.rows.row import ENCODER, Row, of_the_books

_RETURN = msgspec.msgpack.Decoder(Return)
_POLICY = msgspec.msgpack.Decoder(ReturnPolicy)


def return_row(one: Return) -> tuple[Any, ...]:
    """The body has all of it; the columns before are those that are looked for."""
    return (
        one.number,
        one.id,
        one.order_id,
        int(one.kind),
        int(one.state),
        one.create_time,
        one.expire_time if one.is_expiring else 0,
        one.node_id,
        one.reason_code,
        ENCODER.encode(one),
    )


@of_the_books("is not a return")
def return_of(row: Row) -> Return:
    number, id, _, _, state, *_, body = row
    one = _RETURN.decode(body)
    if (one.number, one.id, int(one.state)) != (number, id, state):
        raise ValueError("its columns and its body differ")
    return one


def policy_row(policy: ReturnPolicy) -> tuple[Any, ...]:
    return (policy.channel, ENCODER.encode(policy))


@of_the_books("is not a return policy")
def policy_of(row: Row) -> ReturnPolicy:
    return _POLICY.decode(row[1])
