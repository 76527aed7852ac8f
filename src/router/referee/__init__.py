"""Checks what the router claims, without the router: nothing here imports anything of it."""
