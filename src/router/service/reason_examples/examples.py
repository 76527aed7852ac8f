"""An example of each reason of refusal: what comes before, a call, what the server says to it, and what to do next.

A test makes every call and holds the answer against the words here; those without a call need a moment of the server's
that no client can bring about.
"""

from collections.abc import Mapping

from router.domain.reasons import Reason
from router.service.reason_examples.example import Example
from router.service.reason_examples.orders import ORDERS
from router.service.reason_examples.payments import PAYMENTS
from router.service.reason_examples.purchases import PURCHASES
from router.service.reason_examples.returns import RETURNS
from router.service.reason_examples.rules import RULES
from router.service.reason_examples.server import SERVER
from router.service.reason_examples.shipments import SHIPMENTS
from router.service.reason_examples.stock import STOCK

EXAMPLES: Mapping[Reason, Example] = {
    **ORDERS,
    **RULES,
    **STOCK,
    **PURCHASES,
    **SHIPMENTS,
    **PAYMENTS,
    **RETURNS,
    **SERVER,
}
