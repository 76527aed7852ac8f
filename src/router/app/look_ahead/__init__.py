"""Looking ahead beside the engine: prices made anew on a schedule and when stock jumps."""
