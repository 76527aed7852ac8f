"""Bugs to plant in what comes back and in what is given for it."""

from collections.abc import Mapping

from tests.proof.bug import Bug

RETURNS = ("tests/app/test_return_lives.py",)
MONEY = ("tests/app/test_return_money.py",)

RETURN_BUGS: Mapping[str, Bug] = {
    "a claimed unit can be returned as well": Bug(
        "app/returns/returnable.py",
        "            if line.line_id:\n",
        "            if line.line_id and not one.cause:\n",
        RETURNS,
    ),
    "what is given up is still on its way": Bug(
        "app/returns/cancel_return.py",
        "    if one.kind is ReturnKind.RETURN and not line.is_carried_back:\n",
        "    if one.kind is ReturnKind.RETURN and line.is_carried_back:\n",
        RETURNS,
    ),
    "a replaced unit is paid back, too": Bug(
        "ledger/returns.py",
        "        settled = line.refunded + line.replaced\n",
        "        settled = line.refunded\n",
        MONEY,
    ),
    "a refund that was begun is begun again": Bug(
        "app/returns/refunder.py",
        '            key = f"{refund.request_id}/{leg.payment_id}"\n',
        '            key = f"{uuid4()}/{leg.payment_id}"\n',
        MONEY,
    ),
}
