-- SQLite leaves it to the statement that counts an account on to see that its number is right; here it always was left to that.

SELECT 1;
