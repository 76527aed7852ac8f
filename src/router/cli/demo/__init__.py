"""`router demo`: the main job, shown."""
