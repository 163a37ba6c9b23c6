-- The log: one row per event, its hash chained over all before it, and what the service was
-- opened with. `tip` names the last row kept, so that rows lost from the end are missed.
CREATE TABLE events (
    seq   INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    cause TEXT    NOT NULL,
    line  BLOB    NOT NULL,
    head  BLOB    NOT NULL
);

CREATE TABLE tip (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    head BLOB    NOT NULL
);

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
