"""Decisions as files that somebody else can check: see docs/concepts/certificate.md and the `referee` room."""
