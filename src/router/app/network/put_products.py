"""Put products: add them to the catalog or replace them."""

from router.app.answers.documents import ProductsPut
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.documents import PutProducts
from router.domain.identifiers import Instant


def put_products(books: Books, command: PutProducts, at: Instant) -> tuple[Changes, ProductsPut]:
    """Decisions made before keep the products they were made with."""
    changes = Changes(after=books.head, time=at, products=command.products)
    return changes, ProductsPut(product_count=len(command.products))
