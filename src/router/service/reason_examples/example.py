"""An example of a reason, and the requests that more than one of them sends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """`call` and `body` are what `router call` takes; `says` is in the message of the refusal or of its violations."""

    given: str = ""
    call: str = ""
    body: str = ""
    says: str
    then: str


def correct_stock(**fields: str) -> str:
    """A request to correct the red clocks in Lyon."""
    said = {
        "nodeId": "LYON",
        "sku": "RED-CLOCK",
        "delta": "-1",
        "reasonCode": "LOSS",
        "requestId": "key-5",
    } | fields
    return "{" + ", ".join(f'"{name}": "{value}"' for name, value in said.items()) + "}"


OTHER_VERSION = "c18a3a03346e4f1a9be8d0f75c2a6b3d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b"
"""A version that is not in force."""
