"""Operations on whole arrays with the bounds of `terms.py`: arithmetic that saturates, lines folded into orders."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from router.rules.expressions.terms import FLOAT_BOUND, INTEGER_BOUND, FoldKind
from router.rules.vocabulary import Type

Array = NDArray[np.generic]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

STORED: Mapping[Type, np.dtype[Any]] = {
    **dict.fromkeys(Type, np.dtype(np.int64)), Type.BOOL: np.dtype(np.bool_), Type.FLOAT: np.dtype(np.float64),
}  # fmt: skip
"""How values of a type are stored."""

COMPARISONS: Mapping[str, Callable[..., Bools]] = {
    "==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip

_FLOAT_OPERATIONS: Mapping[str, Callable[..., Floats]] = {"+": np.add, "-": np.subtract, "*": np.multiply}

FEW = 6
"""Up to so many values are compared one by one; more are looked up."""

MANY = 256
"""From so many values on a few calls of numpy take less time than one that goes through short rows."""


def calculated(sign: str, type_: Type, left: Array, right: Array) -> Array:
    """`left sign right` as a value of `type_`; a divisor must not be zero."""
    if sign == "/":
        return quotient(type_, left, right)
    if type_ is Type.FLOAT:
        floats = left.astype(np.float64, copy=False), right.astype(np.float64, copy=False)
        return saturated(_FLOAT_OPERATIONS[sign](*floats), FLOAT_BOUND)
    if sign in "+-":
        added = np.negative(right) if sign == "-" else right
        return saturated(np.add(left, added), INTEGER_BOUND)
    product = left.astype(np.float64) * right.astype(np.float64)
    if np.float64 in (left.dtype, right.dtype):
        return _rounded(product)
    exact = saturated(left.astype(np.int64) * right.astype(np.int64), INTEGER_BOUND)
    # Twice the bound still fits 64 bits, so below it the product has not wrapped.
    return np.where(np.abs(product) < 2.0 * INTEGER_BOUND, exact, _rounded(product))


def quotient(type_: Type, left: Array, right: Array) -> Array:
    """`left / right` as a value of `type_`; beyond the largest float it saturates like everything else."""
    with np.errstate(over="ignore"):
        values = np.divide(left.astype(np.float64), right.astype(np.float64))
    return saturated(values, FLOAT_BOUND) if type_ is Type.FLOAT else _rounded(values)


def divided_by(type_: Type, divisor: float | Array) -> Callable[[Array], Array]:
    """`quotient` by the same number everywhere, or by one for each member of a family."""
    if np.abs(divisor).min() < 2.0:
        divisors = np.array(divisor)
        return lambda left: quotient(type_, left, divisors)
    # Nothing is out of bounds that was half as large as they are.
    if type_ is Type.FLOAT:
        return lambda left: np.divide(left, divisor)
    return lambda left: np.rint(np.divide(left, divisor)).astype(np.int64)


def saturated(values: Array, bound: float) -> Array:
    """Values no further from zero than the bound. They are changed in place: nobody else may have them."""
    np.maximum(values, -bound, out=values)
    np.minimum(values, bound, out=values)
    return values


def _rounded(values: Floats) -> Ints:
    return np.rint(saturated(values, float(INTEGER_BOUND))).astype(np.int64)


def is_one_of(codes: Array, wanted: list[int], size: int) -> Bools:
    """Which codes, each below `size`, are wanted."""
    if len(wanted) <= FEW:
        return equals_one_of(codes, wanted)
    table = np.zeros(size, np.bool_)
    table[wanted] = True
    return table.take(codes.astype(np.int64, copy=False))


def equals_one_of(values: Array, wanted: list[int] | list[float]) -> Bools:
    """Which values are wanted."""
    if len(wanted) > FEW:
        return np.isin(values, np.array(wanted, values.dtype))
    if not wanted:
        return np.zeros(values.shape, np.bool_)
    found: Bools = np.equal(values, wanted[0])
    for value in wanted[1:]:
        np.logical_or(found, np.equal(values, value), out=found)
    return found


def joined_to_services(join: np.ufunc, values: Bools, services: Bools) -> Bools:
    """`join` of values without an axis of service levels and of others that have no other axis.

    Of many values, those of each service level that does not decide alone are copied: numpy goes through rows of a few
    as slowly as through long ones.
    """
    count = services.shape[-1]
    if values.size < MANY or services.size != count or count > FEW:
        wide: Bools = join(values, services)
        return wide
    decides = join is np.logical_or
    found: Bools = np.full((*values.shape[:-1], count), decides)
    for number, value in enumerate(services.ravel().tolist()):
        if value is not decides:
            found[..., number] = values[..., 0]
    return found


def folded(kind: FoldKind, type_: Type, values: Array, order_of_line: Ints, order_count: int) -> Array:
    """The values of lines, [L], as one value of each order, [O]."""
    match kind:
        case FoldKind.EXISTS:
            return np.greater(np.bincount(order_of_line[values.astype(np.bool_)], minlength=order_count), 0)
        case FoldKind.ALL:
            return np.equal(np.bincount(order_of_line[~values.astype(np.bool_)], minlength=order_count), 0)
        case FoldKind.COUNT:
            return np.bincount(order_of_line[values.astype(np.bool_)], minlength=order_count)
        case FoldKind.MAX:
            return _largest(values, order_of_line, order_count)
        case FoldKind.SUM:
            return _summed(type_, values, order_of_line, order_count)


def _largest(values: Array, order_of_line: Ints, order_count: int) -> Array:
    lowest = -FLOAT_BOUND if values.dtype == np.float64 else -INTEGER_BOUND
    largest = np.full(order_count, lowest, values.dtype)
    np.maximum.at(largest, order_of_line, values)
    largest[np.bincount(order_of_line, minlength=order_count) == 0] = 0
    return largest


def _summed(type_: Type, values: Array, order_of_line: Ints, order_count: int) -> Array:
    roughly = np.zeros(order_count, np.float64)
    # One after another in the order of lines, so that floats add up alike everywhere.
    np.add.at(roughly, order_of_line, values.astype(np.float64))
    if type_ is Type.FLOAT:
        return saturated(roughly, FLOAT_BOUND)
    exact = np.zeros(order_count, np.int64)
    np.add.at(exact, order_of_line, values.astype(np.int64))
    # The rough sum is off by less than 2**50 for any batch, so below twice the bound the exact one has not wrapped.
    near = np.abs(roughly) < 2.0 * INTEGER_BOUND
    return np.where(near, saturated(exact, INTEGER_BOUND), _rounded(roughly))
