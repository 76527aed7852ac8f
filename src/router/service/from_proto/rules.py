"""Rule files."""

from collections.abc import Sequence

from router.api.v1 import rules_pb2
from router.app.commands import ActivateRules
from router.domain.limits import RULE_FILE_BYTES_MAX, RULE_FILES_MAX
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of


def activate_rules(request: rules_pb2.ActivateRulesRequest) -> ActivateRules:
    """The command to put rule files in force."""
    faults = Faults()
    command = ActivateRules(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        files=_files(request.files, faults),
        author=faults.text(request.author, "", "author"),
        reason=faults.text(request.reason, "", "reason"),
    )
    faults.raise_if_any()
    return command


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
