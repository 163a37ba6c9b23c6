-- Persons outside the log: each sealed under a key of its own. `gone` remembers who was erased, so
-- that a repeated request brings nobody back; `access` remembers who looked at whom and why.
CREATE TABLE people (
    person_id   TEXT    PRIMARY KEY,
    slot        INTEGER NOT NULL,
    given_at_ms INTEGER NOT NULL,
    trip_at_ms  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX people_by_trip ON people (trip_at_ms);

-- Rows are only ever added at the end and overwritten in place by as many zeros, never moved, made
-- longer or deleted: so no copy of a key or a sealed text can stay behind in a page that a row once
-- stood on.
CREATE TABLE seals (
    slot   INTEGER PRIMARY KEY,
    key    BLOB NOT NULL CHECK (length(key) = 32),
    nonce  BLOB NOT NULL,
    sealed BLOB NOT NULL
);

CREATE TABLE gone (
    person_id TEXT    PRIMARY KEY,
    at_ms     INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE access (
    number    INTEGER PRIMARY KEY,
    at_ms     INTEGER NOT NULL,
    person_id TEXT    NOT NULL,
    what      TEXT    NOT NULL,
    who       TEXT    NOT NULL,
    why       TEXT    NOT NULL
);

CREATE INDEX access_by_person ON access (person_id, number);

-- `salt` makes ids; `is_unswept` stands while what was erased may still lie in the WAL.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
