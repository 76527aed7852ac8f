-- SQLite keeps accounts in the order of their SKUs from here on; PostgreSQL keeps rows in no order, and nothing changes.

SELECT 1;
