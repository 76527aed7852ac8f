"""`router doctor`: what is wrong with an installation, its ledger and its machine."""
