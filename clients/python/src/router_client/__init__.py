"""Client of the router, for threads (`Router`) and for asyncio (`AsyncRouter`). Messages: `router_client.v1`."""

from typing import TYPE_CHECKING

from router_client.patience import Patience
from router_client.refusal import Refused, Unanswered
from router_client.sync import Router

if TYPE_CHECKING:
    from router_client.aio import AsyncRouter

__all__ = ["AsyncRouter", "Patience", "Refused", "Router", "Unanswered"]


def __getattr__(name: str) -> object:
    # Whoever works with threads does not wait for asyncio's part of gRPC.
    if name == "AsyncRouter":
        from router_client.aio import AsyncRouter

        return AsyncRouter
    raise AttributeError(name)
