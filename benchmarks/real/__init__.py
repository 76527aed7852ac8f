"""Runs on real public data through a real server. The data stays outside the project."""
