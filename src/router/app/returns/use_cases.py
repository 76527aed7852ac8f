"""What each command about returns does."""

from collections.abc import Callable, Mapping
from typing import Any

from router.app.answers.answer import Answer
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.returns import (
    AuthorizeReturn,
    BeginRefund,
    CancelReturn,
    DropRefund,
    InspectReturn,
    OpenClaim,
    PutReturnPolicies,
    ReceiveReturn,
    RefundReturn,
)
from router.app.commands.write import Write
from router.app.returns.authorize_return import authorize_return
from router.app.returns.cancel_return import cancel_return
from router.app.returns.inspect_return import inspect_return
from router.app.returns.open_claim import open_claim
from router.app.returns.put_return_policies import put_return_policies
from router.app.returns.receive_return import receive_return
from router.app.returns.refund_return import begin_refund, drop_refund, refund_return
from router.domain.identifiers import Instant

RETURN_USE_CASES: Mapping[type[Write], Callable[[Books, Any, Instant], tuple[Changes, Answer]]] = {
    PutReturnPolicies: put_return_policies,
    AuthorizeReturn: authorize_return,
    ReceiveReturn: receive_return,
    InspectReturn: inspect_return,
    CancelReturn: cancel_return,
    OpenClaim: open_claim,
    BeginRefund: begin_refund,
    DropRefund: drop_refund,
    RefundReturn: refund_return,
}
"""Not here: SendReplacement, which decides."""
