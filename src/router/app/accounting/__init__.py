"""The accounting export: what stands in the journal, valued, as vouchers that balance; and the proof of it."""
