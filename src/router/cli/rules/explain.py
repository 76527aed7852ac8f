"""`router rules explain`: the same as `router explain`, where a planner looks for it."""

from router.cli.explain import explain

__all__ = ["explain"]
