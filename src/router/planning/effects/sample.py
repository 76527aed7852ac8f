"""Recorded orders with all they were decided from, as one file: decide them again without a server.

Lines of JSON, compressed: a header, then each network and each pack of rule files, then the decisions by their ids.
"""

import gzip
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from router.domain.identifiers import Digest
from router.planning.effects.effect import Sampled
from router.routing.network.prepared import PreparedNetwork, prepare, unpack_network
from router.routing.replay import unpack_decision

KIND = "RecordedOrders/v1"
NOT_A_SAMPLE = (
    OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError, RecursionError,
)  # fmt: skip
"""What reading another file, or a damaged one, ends with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Packed networks, rule files and decisions as a server has recorded them.

    `rules_digest` and `network_digest` name what was in force when the sample was taken; the rules in force are among
    `rules`.
    """

    rules_digest: Digest
    network_digest: Digest
    networks: Mapping[Digest, bytes]
    rules: Mapping[Digest, Mapping[str, bytes]]
    decisions: tuple[tuple[str, bytes], ...]

    def sampled(self) -> list[Sampled]:
        """The decisions, in the order of deciding."""
        return [
            Sampled(decision_id=name, decision=unpack_decision(packed)) for name, packed in self.decisions
        ]

    def prepared(self) -> dict[Digest, PreparedNetwork]:
        """The networks that decisions name, ready to decide with."""
        return {digest: prepare(unpack_network(packed)) for digest, packed in self.networks.items()}


def pack_sample(sample: Sample) -> bytes:
    """The sample as a file; equal samples give equal bytes."""
    lines = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines_of(sample))
    return gzip.compress(lines.encode(), compresslevel=6, mtime=0)


def lines_of(sample: Sample) -> Iterator[Mapping[str, Any]]:
    yield {"kind": KIND, "rules_digest": sample.rules_digest, "network_digest": sample.network_digest}
    for digest in sorted(sample.networks):
        yield {"network": digest, "body": as_text(sample.networks[digest])}
    for digest in sorted(sample.rules):
        files = sample.rules[digest]
        yield {"rules": digest, "files": {name: as_text(files[name]) for name in sorted(files)}}
    for name, packed in sample.decisions:
        yield {"decision": name, "body": as_text(packed)}


def unpack_sample(packed: bytes) -> Sample:
    """The sample of `pack_sample`'s bytes. Raises ValueError, in words for people, when they are not that."""
    try:
        head, *rest = [json.loads(line) for line in gzip.decompress(packed).splitlines()]
        if head["kind"] != KIND:
            raise ValueError(head["kind"])
        return Sample(
            rules_digest=Digest(head["rules_digest"]),
            network_digest=Digest(head["network_digest"]),
            networks={Digest(one["network"]): b64decode(one["body"]) for one in rest if "network" in one},
            rules={
                Digest(one["rules"]): {name: b64decode(text) for name, text in one["files"].items()}
                for one in rest
                if "rules" in one
            },
            decisions=tuple((one["decision"], b64decode(one["body"])) for one in rest if "decision" in one),
        )
    except NOT_A_SAMPLE as error:
        raise ValueError(
            f"no recorded orders (`{KIND}`); save some with `router rules plan … --save-orders FILE`"
        ) from error


def as_text(body: bytes) -> str:
    return b64encode(body).decode()
