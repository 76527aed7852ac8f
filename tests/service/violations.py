"""What a converter refuses."""

from typing import Any

import pytest

from router.domain.reasons import RouterError


def violations_of(convert: Any, *arguments: Any) -> dict[str, str]:
    """Code by path of what `convert` refuses."""
    with pytest.raises(RouterError) as refused:
        convert(*arguments)
    return {violation.field: violation.code for violation in refused.value.violations}
