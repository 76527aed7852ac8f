"""What is known of the world: products, network documents, channels."""

from typing import Any

from router.app.records.documents import Document, DocumentKind, StoredProduct
from router.domain.channel import Channel
from router.domain.identifiers import Digest, Instant, Sku
from router.stores.rows.row import Row


def product_row(product: StoredProduct) -> tuple[Any, ...]:
    return (product.sku, product.body)


def product_of(row: Row) -> StoredProduct:
    return StoredProduct(sku=Sku(row[0]), body=row[1])


def document_row(document: Document) -> tuple[Any, ...]:
    return (document.digest, int(document.kind), document.time, document.body)


def document_of(row: Row) -> Document:
    digest, kind, time, body = row
    return Document(digest=Digest(digest), kind=DocumentKind(kind), time=Instant(time), body=body)


def channel_row(channel: Channel) -> tuple[Any, ...]:
    return (channel.id, channel.name, channel.kind, int(channel.is_closed), int(channel.needs_payment))


def channel_of(row: Row) -> Channel:
    channel_id, name, kind, is_closed, needs_payment = row
    return Channel(
        id=channel_id,
        name=name,
        kind=kind,
        is_closed=bool(is_closed),
        needs_payment=bool(needs_payment),
    )
