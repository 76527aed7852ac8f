"""Measurements of the whole program: figures (one number each) and runs on real data."""
