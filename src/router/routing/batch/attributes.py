"""A company's own facts: attributes of orders, products and nodes, read as the type that rules declare."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from router.routing.batch.batch import Batch
from router.rules.vocabulary import Column, Fact, Scope, Type

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,15}")
"""LIMIT: longer ones count as absent; arithmetic of rules stays far inside 64 bits."""

DECIMAL_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")


def attribute_column(batch: Batch, fact: Fact) -> Column:
    """The values of `fact` over the orders, lines or nodes of `batch`.

    A text that does not read as the fact's type counts as absent.
    """
    key = fact.name.split(".attr.", 1)[1]
    texts = [attributes.get(key) for attributes in attributes_of(batch, fact.scope)]
    if fact.type is Type.STRING:
        return encoded_texts(texts)
    values = [None if text is None else value_of(text, fact.type) for text in texts]
    stored = {Type.BOOL: np.bool_, Type.INT: np.int64, Type.FLOAT: np.float64}[fact.type]
    return Column(np.array([value or 0 for value in values], stored), present=present_among(values))


def attributes_of(batch: Batch, scope: Scope) -> list[Mapping[str, str]]:
    """What the client sent with each thing of the scope."""
    if scope is Scope.ORDER:
        return [request.order.attributes for request in batch.requests]
    if scope is Scope.LINE:
        return [line.product.attributes for line in batch.lines]
    assert scope is Scope.NODE, "only orders, lines and nodes have attributes"
    return [batch.network.nodes[number].attributes for number in batch.node.tolist()]


def value_of(text: str, kind: Type) -> bool | int | float | None:
    """`true` and `false`, whole or decimal numbers as people write them; None for any other text."""
    if kind is Type.BOOL:
        return {"true": True, "false": False}.get(text)
    if kind is Type.INT:
        return int(text) if WHOLE_NUMBER.fullmatch(text) else None
    return float(text) if DECIMAL_NUMBER.fullmatch(text) else None


def encoded_texts(texts: Sequence[str | None]) -> Column:
    codes: dict[str, int] = {"": 0}
    values = [codes.setdefault(text or "", len(codes)) for text in texts]
    return Column(np.array(values, np.int64), tuple(codes), present_among(texts))


def present_among(values: Sequence[object]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([value is not None for value in values], np.bool_)
