"""The planners' rules: checked, staged, put in force and taken back, tried in shadow, read back."""

from collections.abc import AsyncIterator

from router.api.v1 import rules_pb2 as pb
from router.app.answers.rules import RulesActivated, RulesStaged, ShadowChanged
from router.app.records.rule_versions import VersionState
from router.domain.identifiers import Digest
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.rules import (
    activate_rules,
    change_limit,
    files_to_check,
    roll_back_rules,
    sample_wanted,
    stage_rules,
    start_shadow,
    stop_shadow,
    version_named,
)
from router.service.to_proto.rules import (
    change_message,
    check_response,
    file_messages,
    finding_messages,
    rules_response,
    sample_message,
    state_value,
    version_message,
)
from router.service.to_proto.shadows import report_response


class RulesService:
    """See `rules.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def CheckRules(self, request: pb.CheckRulesRequest, call: Call) -> pb.CheckRulesResponse:
        files = files_to_check(request)
        return check_response(await self._desk.check_rules(files, call), files)

    async def StageRules(self, request: pb.StageRulesRequest, call: Call) -> pb.StageRulesResponse:
        answer, replayed, findings = await self._desk.change_rules(stage_rules(request), call, RulesStaged)
        return pb.StageRulesResponse(
            rules_digest=answer.rules_digest,
            state=state_value(VersionState[answer.state]),
            rule_count=answer.rule_count,
            case_count=answer.case_count,
            findings=finding_messages(findings),
            replayed=replayed,
        )

    async def ActivateRules(self, request: pb.ActivateRulesRequest, call: Call) -> pb.ActivateRulesResponse:
        answer, replayed, findings = await self._desk.change_rules(
            activate_rules(request), call, RulesActivated
        )
        return pb.ActivateRulesResponse(
            rules_digest=answer.rules_digest,
            rule_count=answer.rule_count,
            findings=finding_messages(findings),
            replayed=replayed,
            replaced_digest=answer.replaced_digest,
        )

    async def RollbackRules(self, request: pb.RollbackRulesRequest, call: Call) -> pb.RollbackRulesResponse:
        answer, replayed, _ = await self._desk.change_rules(roll_back_rules(request), call, RulesActivated)
        return pb.RollbackRulesResponse(
            rules_digest=answer.rules_digest,
            rule_count=answer.rule_count,
            replaced_digest=answer.replaced_digest,
            replayed=replayed,
        )

    async def GetRules(self, request: pb.GetRulesRequest, call: Call) -> pb.GetRulesResponse:
        found = await self._desk.read(call, self._desk.queries.documents.get_rules, request.rules_digest)
        return rules_response(found)

    async def ListRuleVersions(
        self, request: pb.ListRuleVersionsRequest, call: Call
    ) -> pb.ListRuleVersionsResponse:
        page = await self._desk.read(
            call, self._desk.queries.versions.list_versions, request.page_size, request.page_token
        )
        return pb.ListRuleVersionsResponse(
            versions=map(version_message, page.items), next_page_token=page.next_page_token
        )

    async def ListRuleChanges(
        self, request: pb.ListRuleChangesRequest, call: Call
    ) -> pb.ListRuleChangesResponse:
        page = await self._desk.read(
            call,
            self._desk.queries.versions.list_version_changes,
            request.page_size,
            request.page_token,
            version_named(request.rules_digest),
        )
        return pb.ListRuleChangesResponse(
            changes=map(change_message, page.items), next_page_token=page.next_page_token
        )

    async def GetRuleVersion(
        self, request: pb.GetRuleVersionRequest, call: Call
    ) -> pb.GetRuleVersionResponse:
        version, files = await self._desk.read(
            call, self._desk.queries.versions.get_version, version_named(request.rules_digest)
        )
        return pb.GetRuleVersionResponse(version=version_message(version), files=file_messages(files))

    async def StartShadow(self, request: pb.StartShadowRequest, call: Call) -> pb.StartShadowResponse:
        answer, replayed, _ = await self._desk.change_rules(start_shadow(request), call, ShadowChanged)
        return pb.StartShadowResponse(rules_digest=answer.rules_digest, replayed=replayed)

    async def StopShadow(self, request: pb.StopShadowRequest, call: Call) -> pb.StopShadowResponse:
        answer, replayed, _ = await self._desk.change_rules(stop_shadow(request), call, ShadowChanged)
        return pb.StopShadowResponse(rules_digest=answer.rules_digest, replayed=replayed)

    async def GetShadowReport(
        self, request: pb.GetShadowReportRequest, call: Call
    ) -> pb.GetShadowReportResponse:
        limit = change_limit(request)
        return report_response(await self._desk.read(call, self._desk.shadow_report), limit)

    async def SampleDecisions(
        self, request: pb.SampleDecisionsRequest, call: Call
    ) -> AsyncIterator[pb.SampleDecisionsResponse]:
        queries = self._desk.queries
        after, until = await self._desk.read(call, queries.samples.sample_range, *sample_wanted(request))
        known: set[Digest] = set()
        with self._desk.watchers.place():
            # A long stream outlives the time a call may take; each of its reads may take that long.
            while (
                sample := await self._desk.read(
                    call.renewed(), queries.samples.read_sample, after, until, known
                )
            ).decisions:
                yield sample_message(sample)
                after = sample.decisions[-1].decision.number
