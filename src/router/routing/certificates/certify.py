"""Stored decisions -> their certificate. One is proven as it was decided; several are proven together."""

from collections.abc import Iterator, Sequence

from router.routing.certificates.alone import certify_one
from router.routing.certificates.booked import Booked
from router.routing.certificates.together import certify_together
from router.routing.network.prepared import PreparedNetwork
from router.rules.ruleset import CompiledRules


def certify(booked: Sequence[Booked], network: PreparedNetwork, rules: CompiledRules) -> Iterator[bytes]:
    """The certificate of at least one decision, all made from these versions, line by line.

    Refuses several that were decided for different instants, or that together take more than was there for them.
    """
    if len(booked) == 1:
        return certify_one(booked[0], network, rules)
    return certify_together(booked, network, rules)
