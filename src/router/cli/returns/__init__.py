"""`router return`: what comes back, and what is given for it."""
