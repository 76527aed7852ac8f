"""A small compiler for planners' YAML: load, check, compile, evaluate, explain. Start reading in `ruleset.py`."""
