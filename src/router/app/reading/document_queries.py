"""Questions about networks and rules, those in force and those that earlier decisions were made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from router.app.books.documents import compile_document, files_of, prepare_document
from router.app.ports.store import Store
from router.app.records.documents import Document, DocumentKind
from router.domain.identifiers import Digest, Sku
from router.domain.network import Network
from router.domain.reasons import Reason, RouterError
from router.routing.decision import Decision
from router.routing.network.prepared import PreparedNetwork
from router.rules.ruleset import CompiledRules, no_rules

_VERSIONS_KEPT = 4
"""Networks and rule sets held ready for explanations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRules:
    """Rule files and their version."""

    files: Mapping[str, bytes]
    digest: Digest
    rule_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNetwork:
    """A network and its version."""

    network: Network
    digest: Digest


class DocumentQueries:
    """All methods may be called by many threads; what was asked for last is held ready."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._prepared = lru_cache(_VERSIONS_KEPT)(self._prepare)
        self._compiled = lru_cache(_VERSIONS_KEPT)(self._compile)

    def get_network(self, digest: str = "") -> FoundNetwork:
        """That in force, or an earlier one. Refuses with NETWORK_NOT_READY, or DOCUMENT_NOT_FOUND."""
        digest = digest or self._in_force(DocumentKind.NETWORK)
        if not digest:
            raise RouterError(Reason.NETWORK_NOT_READY, "network not ready: no network was put yet")
        prepared = self._prepared(Digest(digest))
        return FoundNetwork(network=prepared.network, digest=prepared.digest)

    def currency(self) -> str:
        """Of the network in force; empty without one."""
        digest = self._in_force(DocumentKind.NETWORK)
        return self._prepared(digest).network.currency if digest else ""

    def get_rules(self, digest: str = "") -> FoundRules:
        """Those in force, or earlier ones; without any activated, none. Refuses with DOCUMENT_NOT_FOUND."""
        wanted = Digest(digest or self._in_force(DocumentKind.RULES) or no_rules().digest)
        rules = self._compiled(wanted)
        files = {} if wanted == no_rules().digest else files_of(self._document(wanted, DocumentKind.RULES))
        return FoundRules(files=files, digest=wanted, rule_count=rules.rule_count)

    def products_among(self, skus: Iterable[str]) -> frozenset[str] | None:
        """Those of `skus` that are registered; None where no product is yet."""
        with self._store.reader() as reader:
            if not reader.list_products(None, 1):
                return None
            return frozenset(sku for sku in skus if reader.find_product(Sku(sku)) is not None)

    def prepared_network(self, digest: Digest) -> PreparedNetwork:
        """The network of a version. Refuses with DOCUMENT_NOT_FOUND."""
        return self._prepared(digest)

    def compiled_rules(self, digest: Digest) -> CompiledRules:
        """The rules of a version. Refuses with DOCUMENT_NOT_FOUND, also what this version of the router refuses."""
        return self._compiled(digest)

    def versions_of(self, decision: Decision) -> tuple[PreparedNetwork, CompiledRules]:
        """The network and the rules that a decision was made from."""
        inputs = decision.inputs
        return self._prepared(inputs.network_digest), self._compiled(inputs.rules_digest)

    def versions_in_force(self) -> tuple[PreparedNetwork, CompiledRules] | None:
        """The network and the rules by which an order would be decided now; None before there is a network."""
        with self._store.reader() as reader:
            head = reader.head()
        if not head.network_digest:
            return None
        return self._prepared(head.network_digest), self._compiled(head.rules_digest or no_rules().digest)

    def _in_force(self, kind: DocumentKind) -> Digest:
        """The digest of what is in force; empty where nothing is."""
        with self._store.reader() as reader:
            head = reader.head()
        return head.network_digest if kind is DocumentKind.NETWORK else head.rules_digest

    def _prepare(self, digest: Digest) -> PreparedNetwork:
        return prepare_document(self._document(digest, DocumentKind.NETWORK))

    def _compile(self, digest: Digest) -> CompiledRules:
        if digest == no_rules().digest:
            return no_rules()
        rules = compile_document(self._document(digest, DocumentKind.RULES))
        if rules is None:
            raise RouterError(
                Reason.DOCUMENT_NOT_FOUND,
                f"rules `{digest}` are of another version of the router, this one refuses them",
                digest=digest,
            )
        return rules

    def _document(self, digest: str, kind: DocumentKind) -> Document:
        with self._store.reader() as reader:
            document = reader.find_document(digest)
        if document is None or document.kind is not kind:
            raise RouterError(
                Reason.DOCUMENT_NOT_FOUND, f"no {kind.name.lower()} have the digest `{digest}`", digest=digest
            )
        return document
