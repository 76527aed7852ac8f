-- The life of each version of the rules: its state, and every step that was taken with it.
-- Numbers of actions and states are those of app/rules/versions.py. A change has the number of the event that told it.

CREATE TABLE rules_change (
    number INTEGER PRIMARY KEY,
    digest TEXT NOT NULL,
    action INTEGER NOT NULL CHECK (action BETWEEN 1 AND 7),
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),
    time INTEGER NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    origin TEXT NOT NULL,
    other TEXT NOT NULL
) STRICT;

CREATE INDEX rules_change_by_digest ON rules_change (digest, number);

CREATE TABLE rules_version (
    digest TEXT PRIMARY KEY REFERENCES document (digest),
    first_change INTEGER NOT NULL UNIQUE REFERENCES rules_change (number),
    last_change INTEGER NOT NULL REFERENCES rules_change (number),
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),
    rule_count INTEGER NOT NULL CHECK (rule_count >= 0),
    before TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX one_version_in_shadow ON rules_version (state) WHERE state = 3;
CREATE UNIQUE INDEX one_version_active ON rules_version (state) WHERE state = 4;

-- What was activated before there were versions: the event says `12 rules; who; why`, which is kept as the reason.
INSERT INTO rules_change
SELECT position, subject, 5, 4, time, '', text, 'activated before versions were kept',
    coalesce(lag(subject) OVER (ORDER BY position), '')
FROM event WHERE kind = 6;

INSERT INTO rules_version
SELECT c.digest, min(c.number), max(c.number),
    CASE WHEN c.digest = (SELECT value FROM meta WHERE key = 'rules_digest') THEN 4 ELSE 5 END,
    CAST(max(c.reason) AS INTEGER),
    coalesce((
        SELECT l.other FROM rules_change l
        WHERE l.digest = c.digest AND l.other <> l.digest ORDER BY l.number DESC LIMIT 1
    ), '')
FROM rules_change c GROUP BY c.digest;
