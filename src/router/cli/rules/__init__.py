"""`router rules`: the commands of a planner, in the order of a day."""
