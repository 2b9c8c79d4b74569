-- Who has signed in with a key, in a browser. A session lives in real time, whatever the billing clock says.
CREATE TABLE sessions (
  token_hash char(64) PRIMARY KEY,  -- SHA-256 of the cookie's token, hex
  key_id     uuid NOT NULL REFERENCES api_keys (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at    timestamptz NOT NULL DEFAULT now()  -- to the minute: it ends 12 hours later
);
CREATE INDEX sessions_used ON sessions (used_at);
