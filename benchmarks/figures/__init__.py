"""One figure a file: each has `measure(full)` and answers with value, unit, runs and goal."""
