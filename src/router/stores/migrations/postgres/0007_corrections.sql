-- An entry is reversed at most once, and found by what it reverses. 24 is CORRECT, see ledger/flows.py.

CREATE UNIQUE INDEX one_correction_of_an_entry ON entry (pending_position) WHERE code = 24;
