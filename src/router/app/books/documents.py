"""Packed bytes of products, rule files and decisions, and what they stand for."""

from collections.abc import Mapping
from sys import intern

import msgspec
from msgspec.structs import force_setattr

from router.app.answers.decided import NO_DECISION, Routed, Versions
from router.app.answers.restocks import Restock
from router.app.records.decisions import StoredDecision
from router.app.records.documents import Document, DocumentKind, StoredProduct
from router.app.records.ids import decision_id_of
from router.domain.identifiers import Digest, Instant
from router.domain.product import Product
from router.routing.decision import Decision, shipment_numbers
from router.routing.network.prepared import PreparedNetwork, pack_network, prepare, unpack_network
from router.routing.replay import unpack_decision
from router.rules.ruleset import CompiledRules, compile_rules, no_rules

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_PRODUCTS = msgspec.msgpack.Decoder(Product)
_NO_ATTRIBUTES: Mapping[str, str] = {}
"""Of all products without any. Nobody changes what a product has."""
_FILES = msgspec.msgpack.Decoder(dict[str, bytes])


def pack_product(product: Product) -> StoredProduct:
    return StoredProduct(sku=product.sku, body=_ENCODER.encode(product))


def unpack_product(stored: StoredProduct) -> Product:
    """The product. Millions of them share the few words that they have in common."""
    product = _PRODUCTS.decode(stored.body)
    force_setattr(product, "category", intern(product.category))
    force_setattr(product, "hazmat", intern(product.hazmat))
    force_setattr(product, "temperature", intern(product.temperature))
    if not product.attributes:
        force_setattr(product, "attributes", _NO_ATTRIBUTES)
    return product


def network_document(network: PreparedNetwork, time: Instant) -> Document:
    body = pack_network(network.network)
    return Document(digest=network.digest, kind=DocumentKind.NETWORK, time=time, body=body)


def prepare_document(document: Document) -> PreparedNetwork:
    return prepare(unpack_network(document.body))


def rules_document(files: Mapping[str, bytes], digest: Digest, time: Instant) -> Document:
    return Document(digest=digest, kind=DocumentKind.RULES, time=time, body=_ENCODER.encode(dict(files)))


def files_of(document: Document) -> Mapping[str, bytes]:
    return _FILES.decode(document.body)


def compile_document(document: Document | None) -> CompiledRules | None:
    """The rules of a stored document; no document is no rules. None when this version refuses the files."""
    return no_rules() if document is None else compile_rules(files_of(document)).rules


def routed_of(stored: StoredDecision) -> Routed:
    """The answer that a stored decision was."""
    return answer_of(stored, unpack_decision(stored.body))


def answer_of(stored: StoredDecision, decision: Decision, restocks: tuple[Restock, ...] = ()) -> Routed:
    """The answer that `decision`, stored as `stored`, is; `restocks` are seen when it is booked alone."""
    inputs = decision.inputs
    return Routed(
        decision_id=decision_id_of(stored.number),
        order_id=inputs.order.id,
        planned=decision.planned,
        versions=Versions(
            rules_digest=inputs.rules_digest,
            network_digest=inputs.network_digest,
            ledger_position=stored.ledger_position,
            decision_time=inputs.decision_time,
        ),
        shipment_numbers=shipment_numbers(decision),
        replaces=inputs.replacing.decision_id if inputs.replacing else NO_DECISION,
        because=inputs.replacing.because if inputs.replacing else "",
        restocks=restocks,
    )
