"""Rows of the tables and the values they stand for: `x_row` has the columns of `tables.py`, `x_of` the value again."""
