-- A commit says of each account it counts on that it has the number which its entries name, where it stands; so entries and
-- reservations need not look it up by number once more. Only the text of the tables changes: no row does.
-- SOURCE: https://sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes (no change of the content on disk)

PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(sql, ' REFERENCES account (id)', '')
WHERE type = 'table' AND name IN ('entry', 'reservation');

PRAGMA writable_schema = RESET;
