"""Documents that a store keeps whole, under their digest, and the products that are sold."""

from dataclasses import dataclass
from enum import IntEnum

from router.domain.identifiers import Digest, Instant, Sku


class DocumentKind(IntEnum):
    """What a document holds. Numbers are stored and never change their meaning."""

    RULES = 1
    NETWORK = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProduct:
    """A product's packed bytes."""

    sku: Sku
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that decisions name by digest: rule files or a network."""

    digest: Digest
    kind: DocumentKind
    time: Instant
    body: bytes
