"""Names of things. Distinct types, so that a node's id cannot be passed where a SKU is meant."""

from typing import NewType

NodeId = NewType("NodeId", str)
Sku = NewType("Sku", str)
OrderId = NewType("OrderId", str)
LineId = NewType("LineId", str)
CarrierId = NewType("CarrierId", str)
ServiceLevelId = NewType("ServiceLevelId", str)
DecisionId = NewType("DecisionId", str)
Digest = NewType("Digest", str)
"""Lower-case hexadecimal SHA-256 of a canonical document."""

Instant = NewType("Instant", int)
"""Microseconds since 1970-01-01T00:00:00Z."""

Day = NewType("Day", int)
"""Proleptic Gregorian ordinal of a local date (`datetime.date.toordinal`)."""
