"""The plan file: rule files as they were tried, and what they were tried against, so that exactly this is applied.

JSON, for people to read too. `seal` is the SHA-256 of everything else in it: a file changed by hand is refused.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from router.domain.identifiers import Digest

KIND = "RulePlan/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """A change of rules, tried.

    `base_digest` names the rules that were in force, `files` are the new ones and `digest` names them;
    `network_digest` is the network in force. `orders` were tried, the first and last of them by decision id. `summary`
    is what came out, a line each; `made_time` is RFC 3339.
    """

    base_digest: Digest
    digest: Digest
    network_digest: Digest
    files: Mapping[str, bytes]
    orders: int
    first_decision_id: str
    last_decision_id: str
    summary: tuple[str, ...]
    made_time: str
    made_by: str


def pack_plan(plan: SavedPlan) -> bytes:
    """The plan as a file. Rule files are UTF-8: others do not compile."""
    content = {
        "kind": KIND,
        "made_time": plan.made_time,
        "made_by": plan.made_by,
        "base_digest": plan.base_digest,
        "digest": plan.digest,
        "network_digest": plan.network_digest,
        "orders": plan.orders,
        "first_decision_id": plan.first_decision_id,
        "last_decision_id": plan.last_decision_id,
        "summary": list(plan.summary),
        "files": {name: plan.files[name].decode() for name in sorted(plan.files)},
    }
    return (json.dumps({**content, "seal": seal_of(content)}, indent=2, ensure_ascii=False) + "\n").encode()


def unpack_plan(packed: bytes) -> SavedPlan:
    """The plan of `pack_plan`'s bytes. Raises ValueError, in words for people, when they are not that."""
    try:
        content = json.loads(packed)
    except (ValueError, RecursionError) as error:
        raise ValueError("not a saved plan; make one with `router rules plan … --out FILE`") from error
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise ValueError(f"not a saved plan of this version (`kind` should be `{KIND}`); make it again")
    seal = content.pop("seal", None)
    if seal != seal_of(content):
        raise ValueError("the saved plan was changed after it was made; make it again")
    return SavedPlan(
        base_digest=Digest(content["base_digest"]),
        digest=Digest(content["digest"]),
        network_digest=Digest(content["network_digest"]),
        files={name: text.encode() for name, text in content["files"].items()},
        orders=content["orders"],
        first_decision_id=content["first_decision_id"],
        last_decision_id=content["last_decision_id"],
        summary=tuple(content["summary"]),
        made_time=content["made_time"],
        made_by=content["made_by"],
    )


def seal_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content in one canonical spelling."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()
