"""Put the layout of a node: where each SKU lies, so that pick lists can save steps."""

from router.app.answers.documents import LayoutPut
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.documents import PutLayout
from router.app.fulfillment.release_shipments import refuse_unknown_node
from router.domain.identifiers import Instant
from router.ledger.event_kinds import EventKind


def put_layout(books: Books, command: PutLayout, at: Instant) -> tuple[Changes, LayoutPut]:
    """In the place of the node's layout before. Refuses an unknown node."""
    layout = command.layout
    refuse_unknown_node(books, layout.node_id)
    changes = Changes(after=books.head, time=at)
    changes.layouts.append(layout)
    count = len(layout.bins)
    changes.tell(
        EventKind.LAYOUT_CHANGED,
        subject=layout.node_id,
        text=f"{count} bin{'' if count == 1 else 's'}",
        node_ids=(layout.node_id,),
    )
    return changes, LayoutPut(bin_count=count)
