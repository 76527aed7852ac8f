"""From a batch and the verdicts on it to the solver's problems."""
