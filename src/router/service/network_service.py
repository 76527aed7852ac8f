"""The catalog and the network."""

from router.api.messages.network import network_message, product_message
from router.api.v1 import network_pb2 as pb
from router.app.answers.documents import NetworkChanged, ProductsPut
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.keys import name_of
from router.service.from_proto.network import put_network, put_nodes, put_service_levels
from router.service.from_proto.products import put_products


class NetworkService:
    """See `network.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def PutProducts(self, request: pb.PutProductsRequest, call: Call) -> pb.PutProductsResponse:
        answer, replayed = await self._desk.ask(put_products(request), call, ProductsPut)
        return pb.PutProductsResponse(product_count=answer.product_count, replayed=replayed)

    async def GetProduct(self, request: pb.GetProductRequest, call: Call) -> pb.GetProductResponse:
        sku = name_of(request.sku, "sku")
        product = await self._desk.read(call, self._desk.queries.get_product, sku)
        return pb.GetProductResponse(product=product_message(product))

    async def ListProducts(self, request: pb.ListProductsRequest, call: Call) -> pb.ListProductsResponse:
        page = await self._desk.read(
            call, self._desk.queries.list_products, request.page_size, request.page_token
        )
        return pb.ListProductsResponse(
            products=[product_message(product) for product in page.items],
            next_page_token=page.next_page_token,
        )

    async def PutNetwork(self, request: pb.PutNetworkRequest, call: Call) -> pb.PutNetworkResponse:
        answer, replayed = await self._desk.ask(put_network(request), call, NetworkChanged)
        return pb.PutNetworkResponse(network_digest=answer.network_digest, replayed=replayed)

    async def PutNodes(self, request: pb.PutNodesRequest, call: Call) -> pb.PutNodesResponse:
        answer, replayed = await self._desk.ask(put_nodes(request), call, NetworkChanged)
        return pb.PutNodesResponse(network_digest=answer.network_digest, replayed=replayed)

    async def PutServiceLevels(
        self, request: pb.PutServiceLevelsRequest, call: Call
    ) -> pb.PutServiceLevelsResponse:
        answer, replayed = await self._desk.ask(put_service_levels(request), call, NetworkChanged)
        return pb.PutServiceLevelsResponse(network_digest=answer.network_digest, replayed=replayed)

    async def GetNetwork(self, request: pb.GetNetworkRequest, call: Call) -> pb.GetNetworkResponse:
        found = await self._desk.read(call, self._desk.queries.documents.get_network, request.network_digest)
        return pb.GetNetworkResponse(network=network_message(found.network), network_digest=found.digest)
