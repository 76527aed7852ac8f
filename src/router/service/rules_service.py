"""The planners' rules: checked, activated, read back."""

from router.api.v1 import rules_pb2 as pb
from router.app.answers import RulesActivated
from router.rules.ruleset import Compilation, compile_rules
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.rules import activate_rules, files_to_check
from router.service.to_proto.rules import check_response, finding_message, rules_response


class RulesService:
    """See `rules.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def CheckRules(self, request: pb.CheckRulesRequest, call: Call) -> pb.CheckRulesResponse:
        files = files_to_check(request)
        compilation: Compilation = await self._desk.read(call, compile_rules, files)
        return check_response(compilation, files)

    async def ActivateRules(self, request: pb.ActivateRulesRequest, call: Call) -> pb.ActivateRulesResponse:
        command = activate_rules(request)
        answer, replayed = await self._desk.ask(command, call, RulesActivated)
        # What is left to say of rules in force are warnings; the same files give the same ones.
        compilation: Compilation = await self._desk.read(call, compile_rules, command.files)
        return pb.ActivateRulesResponse(
            rules_digest=answer.rules_digest,
            rule_count=answer.rule_count,
            findings=[finding_message(found) for found in compilation.diagnostics],
            replayed=replayed,
        )

    async def GetRules(self, request: pb.GetRulesRequest, call: Call) -> pb.GetRulesResponse:
        found = await self._desk.read(call, self._desk.queries.get_rules, request.rules_digest)
        return rules_response(found)
