"""The event of what happened to a return, as its row says."""

from router.app.books.changes import Changes
from router.ledger.return_lifecycle import RETURN_EFFECTS, ReturnEvent
from router.ledger.returns import Return


def tell_return(changes: Changes, one: Return, event: ReturnEvent, text: str) -> None:
    """Tell it; the entries made since the last telling must be those that the row allows."""
    changes.tell_effect(
        RETURN_EFFECTS[event],
        order_id=one.order_id,
        subject=one.id,
        text=text,
        state=one.state.name,
        node_ids=(one.node_id,) if one.node_id else (),
    )
