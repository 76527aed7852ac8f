"""`router tracking`: reports of carriers, received or asked for."""
