"""Rules over a batch: verdicts, and why a rule said nothing."""
