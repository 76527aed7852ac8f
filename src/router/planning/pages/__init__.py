"""Offline pages for people: the report of a change, and the rules in plain words."""
