"""Stock that a decision read, kept as the bytes that its record holds of it."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec import Struct

from router.domain.identifiers import NodeId, Sku
from router.domain.product import Product

_PACKER = msgspec.msgpack.Encoder()
_UNPACKER = msgspec.msgpack.Decoder(dict[Sku, dict[NodeId, int]])


class PackedStock(Mapping[Sku, Mapping[NodeId, int]]):
    """Available units per SKU and node in MessagePack, keys in their order. They are unpacked when somebody looks."""

    __slots__ = ("_unpacked", "packed")

    def __init__(self, packed: bytes) -> None:
        self.packed = packed
        self._unpacked: dict[Sku, dict[NodeId, int]] | None = None

    def __getitem__(self, sku: Sku) -> Mapping[NodeId, int]:
        return self._all()[sku]

    def __iter__(self) -> Iterator[Sku]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> dict[Sku, dict[NodeId, int]]:
        if self._unpacked is None:
            self._unpacked = _UNPACKER.decode(self.packed)
        return self._unpacked


class Seen(Struct, frozen=True, gc=False):
    """What an order sees in its turn: the products it could be sent, by SKU, and their stock."""

    products: tuple[Product, ...]
    stock: PackedStock


def pack_texts(texts: Iterable[str]) -> list[bytes]:
    """The bytes of each as a key of such a map."""
    return list(map(_PACKER.encode, texts))
