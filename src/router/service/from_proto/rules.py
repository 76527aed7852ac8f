"""Rule files, and what is asked about versions of them."""

from collections.abc import Sequence

from router.api.v1 import rules_pb2
from router.app.commands.rules import ActivateRules, RollbackRules, StageRules, StartShadow, StopShadow
from router.domain.identifiers import Digest
from router.domain.limits import RULE_FILE_BYTES_MAX, RULE_FILES_MAX
from router.service.faults import Faults, shown
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of

DIGEST_LENGTH = 64
DIGEST_LENGTH_MIN = 4
"""Fewer characters of a digest are a slip rather than a name."""
SAMPLE_MAX = 100_000
CHANGES_MAX = 500
CHANGES_DEFAULT = 20
ORIGIN_LENGTH_MAX = 4_096


def stage_rules(request: rules_pb2.StageRulesRequest) -> StageRules:
    """The command to keep rule files as a version."""
    faults = Faults()
    command = StageRules(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        files=_files(request.files, faults),
        author=faults.text(request.author, "", "author"),
        reason=faults.text(request.reason, "", "reason"),
        origin=_origin(request.origin, faults),
        is_draft=request.draft,
    )
    faults.raise_if_any()
    return command


def activate_rules(request: rules_pb2.ActivateRulesRequest) -> ActivateRules:
    """The command to put rule files, or a version kept before, in force."""
    faults = Faults()
    if request.files and request.rules_digest:
        faults.add("rules_digest", "ONE_OF", "rules_digest is given beside files, must be one or the other")
    is_of_files = not request.rules_digest
    command = ActivateRules(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        files=_files(request.files, faults) if is_of_files else {},
        digest=Digest("") if is_of_files else _digest(request.rules_digest, "rules_digest", faults),
        author=faults.text(request.author, "", "author"),
        reason=faults.text(request.reason, "", "reason"),
        origin=_origin(request.origin, faults),
        expected_active_digest=_whole_digest(
            request.expected_active_digest, "expected_active_digest", faults
        ),
        expected_network_digest=_whole_digest(
            request.expected_network_digest, "expected_network_digest", faults
        ),
    )
    faults.raise_if_any()
    return command


def roll_back_rules(request: rules_pb2.RollbackRulesRequest) -> RollbackRules:
    """The command to go back; an empty digest means the version before."""
    faults = Faults()
    command = RollbackRules(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        author=faults.text(request.author, "", "author"),
        reason=faults.text(request.reason, "", "reason"),
        digest=_digest(request.rules_digest, "rules_digest", faults) if request.rules_digest else Digest(""),
        expected_active_digest=_whole_digest(
            request.expected_active_digest, "expected_active_digest", faults
        ),
    )
    faults.raise_if_any()
    return command


def start_shadow(request: rules_pb2.StartShadowRequest) -> StartShadow:
    faults = Faults()
    command = StartShadow(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        author=faults.text(request.author, "", "author"),
        reason=faults.text(request.reason, "", "reason"),
        digest=_digest(request.rules_digest, "rules_digest", faults),
    )
    faults.raise_if_any()
    return command


def stop_shadow(request: rules_pb2.StopShadowRequest) -> StopShadow:
    faults = Faults()
    command = StopShadow(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        author=faults.text(request.author, "", "author"),
        reason=faults.text(request.reason, "", "reason"),
    )
    faults.raise_if_any()
    return command


def version_named(rules_digest: str) -> str:
    """A digest, its first characters, or nothing."""
    faults = Faults()
    if rules_digest:
        _digest(rules_digest, "rules_digest", faults)
    faults.raise_if_any()
    return rules_digest


def change_limit(request: rules_pb2.GetShadowReportRequest) -> int:
    """How many changed orders to name."""
    faults = Faults()
    limit = faults.whole(request.change_limit, "", "change_limit", 0, CHANGES_MAX)
    faults.raise_if_any()
    return limit or CHANGES_DEFAULT


def sample_wanted(request: rules_pb2.SampleDecisionsRequest) -> tuple[int, str]:
    """How many of the last decisions, 0 for all; and after which."""
    faults = Faults()
    faults.whole(request.last, "", "last", 0, SAMPLE_MAX)
    faults.text(request.after_decision_id, "", "after_decision_id")
    faults.raise_if_any()
    return request.last, request.after_decision_id


def files_to_check(request: rules_pb2.CheckRulesRequest) -> dict[str, bytes]:
    """The files to check, by name."""
    faults = Faults()
    files = _files(request.files, faults)
    faults.raise_if_any()
    return files


def _files(messages: Sequence[rules_pb2.RuleFile], faults: Faults) -> dict[str, bytes]:
    if not faults.count_of(messages, "", "files", 1, RULE_FILES_MAX):
        return {}
    faults.unique([one.name for one in messages], "", "files", "name")
    for index, one in enumerate(messages):
        faults.identifier(one.name, f"files[{index}].", "name")
        if len(one.content) > RULE_FILE_BYTES_MAX:
            faults.add(
                f"files[{index}].content",
                "TOO_LONG",
                f"content has {len(one.content):,} bytes, must have at most {RULE_FILE_BYTES_MAX:,}",
            )
    return {one.name: one.content for one in sorted(messages, key=lambda one: one.name)}


def _digest(value: str, name: str, faults: Faults) -> Digest:
    """A digest or its first characters."""
    if not DIGEST_LENGTH_MIN <= len(value) <= DIGEST_LENGTH or not _is_hexadecimal(value):
        faults.add(
            name,
            "NOT_A_DIGEST",
            f"{name} is {shown(value)}, must be {DIGEST_LENGTH_MIN} to {DIGEST_LENGTH} hexadecimal digits",
        )
    return Digest(value)


def _whole_digest(value: str, name: str, faults: Faults) -> Digest:
    if value and not (len(value) == DIGEST_LENGTH and _is_hexadecimal(value)):
        faults.add(
            name, "NOT_A_DIGEST", f"{name} is {shown(value)}, must be {DIGEST_LENGTH} hexadecimal digits"
        )
    return Digest(value)


def _is_hexadecimal(value: str) -> bool:
    return set(value) <= set("0123456789abcdef")


def _origin(value: str, faults: Faults) -> str:
    """Text of several lines."""
    faults.text(value.replace("\n", " "), "", "origin", ORIGIN_LENGTH_MAX)
    return value
