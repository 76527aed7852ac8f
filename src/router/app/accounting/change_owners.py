"""A network says whose goods lie in its nodes; where it says otherwise than before, what lies there changes hands."""

from msgspec.structs import replace

from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.purchasing.promise_stock import SUPPLIER
from router.domain.identifiers import NodeId, Sku
from router.domain.network import Network
from router.ledger.accounting.chart import IN_NODES
from router.ledger.accounting.owners import NodeOwner


def change_owners(books: Books, network: Network, changes: Changes) -> None:
    """Add to `changes` the nodes that change their owner. Of a node that is in the network no more nothing is said."""
    theirs = books.costs.supplier_nodes()
    given: dict[Sku, int] = {}
    for node in network.nodes:
        is_supplier = node.kind == SUPPLIER
        if is_supplier == (node.id in theirs):
            continue
        units = units_in(books, node.id)
        for sku, count in units.items():
            given[sku] = given.get(sku, 0) + (count if is_supplier else -count)
        changes.node_owners.append(
            NodeOwner(
                node_id=node.id,
                position=books.head.position,
                is_supplier=is_supplier,
                units=units,
                time=changes.time,
            )
        )
    # Nothing moved since these costs were put: they revalue what is the company's from now on.
    changes.unit_costs += [
        replace(cost, held=cost.held - given[sku])
        for sku, cost in (books.costs.put_at(books.head.position).items() if given else ())
        if given.get(sku)
    ]


def units_in(books: Books, node_id: NodeId) -> dict[Sku, int]:
    """What lies in a node by SKU, whatever its state; SKUs of which there is something."""
    units: dict[Sku, int] = {}
    for account, balance in books.balances_in(node_id).items():
        if account.bucket in IN_NODES and balance.units:
            units[account.sku] = units.get(account.sku, 0) + balance.units
    return {sku: count for sku, count in sorted(units.items()) if count}
