"""The portions of an order by number: which digits each has, and what it weighs, measures, and costs to leave out."""

import numpy as np

from router.solver.problem import Bools, Ints
from router.solver.records import LINES_METRIC, Array, compiled

DIGIT_BITS = 4
"""Bits of a line's digit in a portion's code, the highest a guard: no line may have more than 7 pieces."""

LINES_MAX = 15

PORTIONS_MAX = 1_024
"""Most portions of an order that this kernel takes."""


@compiled
def count_portions(lines: Array) -> int:
    """How many portions these lines have; 0 where they are outside the method."""
    size = 1
    for line in lines:
        pieces = line.quantity if line.divisible else 1
        if pieces >= 1 << (DIGIT_BITS - 1):
            return 0
        size *= pieces + 1
        if size > PORTIONS_MAX:
            return 0
    return 0 if len(lines) > LINES_MAX else size


@compiled
def number_portions(lines: Array, size: int) -> tuple[Ints, Ints]:
    """The code of each portion (its digits side by side) and the stride of each line."""
    stride = np.empty(len(lines), np.int64)
    code = np.zeros(size, np.int64)
    reach = 1
    for line in range(len(lines)):
        pieces = lines[line].quantity if lines[line].divisible else 1
        stride[line] = reach
        for digit in range(1, pieces + 1):
            for portion in range(reach):
                code[digit * reach + portion] = code[portion] | digit << (DIGIT_BITS * line)
        reach *= pieces + 1
    return code, stride


@compiled
def sum_portions(lines: Array, stride: Ints, size: int) -> Ints:
    """Weight, volume, value and backorder price [4, size] of each portion, and what is its last line [4]."""
    sums = np.zeros((5, size), np.int64)
    for line in range(len(lines)):
        step = 1 if lines[line].divisible else lines[line].quantity
        end = size if line + 1 == len(lines) else stride[line + 1]
        for portion in range(stride[line], end):
            rest = portion - stride[line]
            sums[0, portion] = sums[0, rest] + step * lines[line].unit_weight
            sums[1, portion] = sums[1, rest] + step * lines[line].unit_volume
            sums[2, portion] = sums[2, rest] + step * lines[line].unit_value_minor
            sums[3, portion] = sums[3, rest] + step * lines[line].backorder_milli
            sums[4, portion] = line
    return sums


@compiled
def measure_portions(lines: Array, stride: Ints, size: int) -> Ints:
    """The metrics [size, M] of each portion."""
    count = len(lines[0].metric)
    metrics = np.zeros((size, count), np.int64)
    for line in range(len(lines)):
        step = 1 if lines[line].divisible else lines[line].quantity
        end = size if line + 1 == len(lines) else stride[line + 1]
        for portion in range(stride[line], end):
            rest = portion - stride[line]
            is_new = rest < stride[line]
            for metric in range(count):
                units = step
                if metric == LINES_METRIC:
                    units = 1 if is_new else 0
                metrics[portion, metric] = metrics[rest, metric] + units * lines[line].metric[metric]
    return metrics


@compiled
def find_torn(lines: Array, code: Ints, size: int) -> Bools:
    """Which portions hold some lines of a group and not others."""
    torn = np.zeros(size, np.bool_)
    for line in range(len(lines)):
        leader = lines[line].leader
        if leader >= 0:
            for portion in range(size):
                has = code[portion] >> (DIGIT_BITS * line) & 1
                torn[portion] |= has != code[portion] >> (DIGIT_BITS * leader) & 1
    return torn


@compiled
def write_units(lines: Array, stride: Ints, portion: int, units: Ints) -> None:
    rest = portion
    for line in range(len(lines) - 1, -1, -1):
        digit = rest // stride[line]
        rest -= digit * stride[line]
        units[line] = digit if lines[line].divisible else digit * lines[line].quantity


@compiled
def is_part(sums: Ints, stride: Ints, part: int, portion: int) -> bool:
    """Whether no digit of `part` exceeds that of `portion`."""
    for line in range(len(stride) - 1, -1, -1):
        digit, whole = part // stride[line], portion // stride[line]
        if digit > whole:
            return False
        part -= digit * stride[line]
        portion -= whole * stride[line]
    return True
