"""Examples of refusals: versions of the rules."""

from collections.abc import Mapping

from router.domain.reasons import Reason
from router.service.reason_examples.example import OTHER_VERSION, Example

RULES: Mapping[Reason, Example] = {
    Reason.RULES_INVALID: Example(
        call="ActivateRules",
        body='{"requestId": "key-6", "files": [{"name": "shop.yaml", "content": "a2luZDogUnVsZVNldAo="}]}',
        says="the first: shop.yaml:1:",
        then="run `router rules check` and `router rules test` on the files: they show every finding with its line",
    ),
    Reason.RULES_MOVED: Example(
        given="somebody activated other rules since the plan was made",
        call="ActivateRules",
        body='{"requestId": "key-7", "files": [{"name": "shop.yaml", "content": ""}],'
        ' "expectedActiveDigest": "' + OTHER_VERSION + '"}',
        says="plan again, nothing was changed",
        then="run `router rules plan` again and look at what it says now",
    ),
    Reason.RULES_STATE_FORBIDS: Example(
        given="version DRAFT was staged with `draft`",
        call="StartShadow",
        body='{"requestId": "key-8", "rulesDigest": "DRAFT"}',
        says="it is draft;",
        then="stage it again without `draft`, so that its cases are run",
    ),
    Reason.NO_EARLIER_RULES: Example(
        given="the first version is in force",
        call="RollbackRules",
        body='{"requestId": "key-9"}',
        says="no rules were in force before",
        then="pick a version with `router rules history` and name it",
    ),
    Reason.SHADOW_NOT_RUNNING: Example(
        call="GetShadowReport",
        body="{}",
        says="no version is in shadow; stage one and start a shadow with it",
        then="`router rules shadow start FILES` does both",
    ),
}
