-- The life of each version of the rules: its state, and every step that was taken with it.
-- Numbers of actions and states are those of app/rules/versions.py. A change has the number of the event that told it.

CREATE TABLE rules_change (
    number BIGINT PRIMARY KEY,
    digest TEXT COLLATE "C" NOT NULL,
    action BIGINT NOT NULL CHECK (action BETWEEN 1 AND 7),
    state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 5),
    time BIGINT NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    origin TEXT COLLATE "C" NOT NULL,
    other TEXT COLLATE "C" NOT NULL
);

CREATE INDEX rules_change_by_digest ON rules_change (digest, number);

CREATE TABLE rules_version (
    digest TEXT COLLATE "C" PRIMARY KEY,
    first_change BIGINT NOT NULL UNIQUE,
    last_change BIGINT NOT NULL,
    state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 5),
    rule_count BIGINT NOT NULL CHECK (rule_count >= 0),
    before TEXT COLLATE "C" NOT NULL
);

CREATE UNIQUE INDEX one_version_in_shadow ON rules_version (state) WHERE state = 3;
CREATE UNIQUE INDEX one_version_active ON rules_version (state) WHERE state = 4;
