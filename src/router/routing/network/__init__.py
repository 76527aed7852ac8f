"""The network as decisions read it: prepared once per version."""
