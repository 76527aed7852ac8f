"""Accounting: what the journal of goods and money means to the books of a company, voucher by voucher."""
