"""The catalog."""

from router.api.v1 import network_pb2
from router.app.commands.documents import PutProducts
from router.domain.identifiers import Sku
from router.domain.limits import DIMENSION_MM_MAX, PRODUCTS_PER_REQUEST_MAX, WEIGHT_GRAMS_MAX
from router.domain.product import Product
from router.service.faults import Faults
from router.service.from_proto.carriers import TEMPERATURES
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of


def put_products(request: network_pb2.PutProductsRequest) -> PutProducts:
    """The command to add or replace products."""
    faults = Faults()
    products: tuple[Product, ...] = ()
    if faults.count_of(request.products, "", "products", 1, PRODUCTS_PER_REQUEST_MAX):
        faults.unique([one.sku for one in request.products], "", "products", "sku")
        products = tuple(
            product(one, f"products[{index}].", faults) for index, one in enumerate(request.products)
        )
    command = PutProducts(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        products=products,
    )
    faults.raise_if_any()
    return command


def product(message: network_pb2.Product, at: str, faults: Faults) -> Product:
    return Product(
        sku=Sku(faults.identifier(message.sku, at, "sku")),
        name=faults.text(message.name, at, "name"),
        category=faults.text(message.category, at, "category"),
        weight_grams=faults.whole(message.weight_grams, at, "weight_grams", 1, WEIGHT_GRAMS_MAX),
        length_mm=faults.whole(message.length_mm, at, "length_mm", 0, DIMENSION_MM_MAX),
        width_mm=faults.whole(message.width_mm, at, "width_mm", 0, DIMENSION_MM_MAX),
        height_mm=faults.whole(message.height_mm, at, "height_mm", 0, DIMENSION_MM_MAX),
        hazmat=faults.text(message.hazmat, at, "hazmat"),
        temperature=faults.choice(message.temperature or "AMBIENT", at, "temperature", TEMPERATURES),
        attributes=faults.attributes(message.attributes, at),
        release_day=faults.day(message.release_date, at, "release_date") if message.release_date else None,
    )
