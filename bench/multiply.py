"""Makes many subscribers of few, with SQL: what the API has made of the few is copied, with ids of some hours before, as if the API had made one copy after the other
until then. `billing verify` finds the whole clean. It takes some minutes for a million, where the API takes half an hour."""

from stores import psql

# What there is of somebody who has subscribed and reported usage; each in the order in which rows come about.
TABLES = ("users", "subscriptions", "subscription_terms", "subscription_periods", "usage_events", "usage_days", "audit_events", "events")
BETWEEN = 600_000  # milliseconds by which the ids of a copy are older than those of the next one

# An id of version 7 leads with its time in milliseconds.
COPY_OF_ID = f"""
CREATE FUNCTION pg_temp.copy_of(id uuid, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT (lpad(to_hex(('x0000' || left(replace(id::text, '-', ''), 12))::bit(64)::bigint - n * {BETWEEN}), 12, '0')
          || '7' || substr(digest, 1, 3) || '8' || substr(digest, 4, 15))::uuid
  FROM md5(id::text || n) AS digest
$$;
"""
COPIED = {
    ("users", "email"): "replace(email, '@', '-' || n || '@')",
    ("users", "email_key"): "replace(email_key, '@', '-' || n || '@')",
    ("audit_events", "entity_id"): "pg_temp.copy_of(entity_id::uuid, n)::text",
    ("events", "sequence"): "(SELECT sequence FROM event_mark) + row_number() OVER (ORDER BY n DESC, sequence)",
}


def copy(database: str, table: str, copies: int) -> str:
    columns = [line.split("|") for line in psql(database, f"""
        SELECT attname, atttypid::regtype FROM pg_attribute
        WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum""").splitlines()]
    values = [COPIED.get((table, name), f"pg_temp.copy_of({name}, n)" if kind == "uuid" else name) for name, kind in columns]
    key = psql(database, f"""
        SELECT string_agg(attname, ', ' ORDER BY array_position(indkey::smallint[], attnum))
        FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = '{table}'::regclass AND indisprimary""") or "user_id"
    whose = "id" if table == "users" else "user_id" if ("user_id", "uuid") in map(tuple, columns) else "subscription_id"
    return (f"INSERT INTO {table} ({', '.join(name for name, _ in columns)})\n"
            f"SELECT {', '.join(values)} FROM {table} CROSS JOIN generate_series(1, {copies}) AS n WHERE {whose} IS NOT NULL ORDER BY n DESC, {key};\n")


def multiply(database: str, copies: int) -> None:
    """Everybody who is there gets so many copies. What they did has been summed up and told (plain_run.wait_until_settled)."""
    statements = "".join(copy(database, table, copies) for table in TABLES)
    psql(database, f"""{COPY_OF_ID}
        BEGIN;
        SET LOCAL session_replication_role = replica;
        {statements}
        UPDATE event_mark SET sequence = (SELECT max(sequence) FROM events);
        COMMIT;
        VACUUM (ANALYZE) {", ".join(TABLES)};""")
