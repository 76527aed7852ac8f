"""The report of a shadow: how far it is, and what it found so far."""

from dataclasses import dataclass

from router.app.reading.document_queries import DocumentQueries
from router.app.reading.sample_queries import SampleQueries
from router.app.records.rule_versions import VersionState
from router.app.rules.shadow import Following, ShadowFollower
from router.app.rules.shadow_rules import no_shadow
from router.app.rules.version_queries import VersionQueries


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReport:
    """`orders_behind` are recorded already, but not decided by the shadow yet."""

    following: Following
    orders_behind: int
    currency: str


def shadow_report(
    versions: VersionQueries, samples: SampleQueries, documents: DocumentQueries, follower: ShadowFollower
) -> ShadowReport:
    """Refuses with SHADOW_NOT_RUNNING."""
    version = versions.find_version_in(VersionState.SHADOW)
    if version is None:
        raise no_shadow()
    following = follower.following()
    if following is None or following.version != version:
        # It was started this moment: the follower has yet to look up.
        following = Following(version=version, done=version.last.number)
    return ShadowReport(
        following=following,
        orders_behind=samples.count_decisions(following.done),
        currency=documents.currency(),
    )
