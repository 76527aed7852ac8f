"""The blocks of a rule file: what each may say, and the rules it makes."""
