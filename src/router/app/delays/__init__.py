"""Delays: found by time, told to customers, answered by them, ended by date; and the money that then goes back."""
