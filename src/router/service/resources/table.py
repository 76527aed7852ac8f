"""All resources by their names: a new one is an entry in one of the two lists."""

from collections.abc import Mapping
from difflib import get_close_matches

from router.domain.reasons import Reason, RouterError
from router.service.resources.importable import IMPORTABLE
from router.service.resources.made import MADE
from router.service.resources.resource import Resource

RESOURCES: Mapping[str, Resource] = {one.name: one for one in (*IMPORTABLE, *MADE)}


def resource_of(name: str) -> Resource:
    """Refuses with RESOURCE_NOT_FOUND."""
    found = RESOURCES.get(name)
    if found is None:
        near = get_close_matches(name, list(RESOURCES), n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(RESOURCES)}"
        raise RouterError(
            Reason.RESOURCE_NOT_FOUND, f"no resource is called `{name[:64]}`; {hint}", resource=name[:64]
        )
    return found
