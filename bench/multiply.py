"""Makes many subscribers of few, with SQL: what the API has made of the few is copied, with ids of some hours before, as if the API had made one copy after the other
until then. `billing verify` finds the whole clean. It takes some minutes for a million, where the API takes half an hour."""

from plain_run import Table, tables
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


def copy(table: Table, copies: int) -> str:
    values = [COPIED.get((table.name, column), f"pg_temp.copy_of({column}, n)" if column in table.ids else column) for column in table.columns]
    whose = "id" if table.name == "users" else "user_id" if "user_id" in table.columns else "subscription_id"
    return (f"INSERT INTO {table.name} ({table.row})\n"
            f"SELECT {', '.join(values)} FROM {table.name} CROSS JOIN generate_series(1, {copies}) AS n\n"
            f"WHERE {whose} IS NOT NULL ORDER BY n DESC, {', '.join(table.key)};\n")


def multiply(database: str, copies: int) -> None:
    """Everybody who is there gets so many copies. What they did has been summed up and told (plain_run.wait_until_settled)."""
    found = {table.name: table for table in tables(database)}
    statements = "".join(copy(found[name], copies) for name in TABLES)
    psql(database, f"""{COPY_OF_ID}
        BEGIN;
        SET LOCAL session_replication_role = replica;
        {statements}
        UPDATE event_mark SET sequence = (SELECT max(sequence) FROM events);
        COMMIT;
        VACUUM (ANALYZE) {", ".join(TABLES)};""")
