"""The limit of a billing run: plain SQL that writes the rows that it wrote. What a run added and changed is found by comparing the tables before it and after
it; a copy of the database is put back to what it was before, and the same rows are written there in batches of 1,000 invoices, through the same indexes,
constraints and triggers. Numbers of documents are given out by the database itself, there as here. `billing verify` must find the copy clean."""

import subprocess
import time
import typing

from processes import cpu_seconds
from stores import Stores, psql, psql_command, verify

BATCH = 1000
FIRST = ["users", "subscriptions", "subscription_periods", "invoices", "invoice_lines", "payments"]  # others follow them
NUMBERED_BY_ITSELF = {"document_numbers", "document_counters", "unnumbered_documents"}
SETTLE = 60  # seconds that what goes on by itself is waited for


class Table(typing.NamedTuple):
    name: str
    columns: list[str]  # without generated ones
    key: list[str]
    nullable: list[str]  # of the key
    ids: list[str]  # columns that are uuids

    @property
    def row(self) -> str:
        return ", ".join(f'"{column}"' for column in self.columns)

    def row_text(self, of: str) -> str:
        return "ROW(" + ", ".join(f'{of}."{column}"' for column in self.columns) + ")::text"

    def key_text(self, of: str) -> str:
        return "ROW(" + ", ".join(f'{of}."{column}"' for column in self.key) + ")::text"


TABLES = """
SELECT c.relname,
       (SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''),
       (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = c.oid AND attnum = ANY (i.indkey)),
       (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = c.oid AND attnum = ANY (i.indkey) AND NOT attnotnull),
       (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND atttypid = 'uuid'::regtype)
FROM pg_class c
JOIN LATERAL (SELECT indkey FROM pg_index WHERE indrelid = c.oid AND indisunique AND indpred IS NULL ORDER BY indisprimary DESC LIMIT 1) i ON true
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1
"""


def tables(url: str) -> list[Table]:
    found = [line.split("|") for line in psql(url, TABLES).splitlines()]
    all_tables = [Table(name, *(names.split(",") for names in lists)) for name, *lists in found]
    return sorted(all_tables, key=lambda table: FIRST.index(table.name) if table.name in FIRST else len(FIRST))


def wait_until_settled(url: str) -> None:
    """Sums of usage, what they reopen and the order of events come about a moment after what they are of."""
    until = time.monotonic() + SETTLE
    while psql(url, "SELECT events_wait() OR EXISTS (SELECT FROM unfolded_usage()) OR EXISTS (SELECT FROM usage_late)") != "f":
        if time.monotonic() > until:
            raise RuntimeError("events and sums of usage do not come about, or late usage is not looked at")
        time.sleep(0.1)


def remember(url: str) -> None:
    """Keeps all tables as they are now."""
    wait_until_settled(url)
    statements = [f'CREATE UNLOGGED TABLE before."{table.name}" WITH (autovacuum_enabled = off) AS TABLE public."{table.name}";' for table in tables(url)]
    psql(url, "CREATE SCHEMA before;\n" + "\n".join(statements))


class Written(typing.NamedTuple):
    """A table that the run wrote: whether it has rows that are new, and rows that were there and changed."""

    table: Table
    new: bool
    changed: bool

    def statements(self, batch: int) -> str:
        table, text = self.table, ""
        if self.new:
            text += f'INSERT INTO public."{table.name}" ({table.row}) SELECT {table.row} FROM staged."{table.name}" WHERE batch = {batch} AND NOT known;\n'
        if self.changed:
            others = ", ".join(f'"{column}" = s."{column}"' for column in table.columns if column not in table.key)
            same = " AND ".join(f't."{column}" IS NOT DISTINCT FROM s."{column}"' if column in table.nullable else f't."{column}" = s."{column}"'
                                for column in table.key)
            text += f'UPDATE public."{table.name}" t SET {others} FROM staged."{table.name}" s WHERE s.batch = {batch} AND s.known AND {same};\n'
        return text


def stage_table(url: str, table: Table) -> Written:
    owner = "n.user_id" if "user_id" in table.columns else "NULL::uuid"
    answer = psql(url, f"""
        CREATE UNLOGGED TABLE staged."{table.name}" AS
          SELECT n.*, b IS DISTINCT FROM NULL AS known, coalesce(o.batch, (SELECT max(batch) FROM staged.batches)) AS batch
          FROM public."{table.name}" n
          LEFT JOIN before."{table.name}" b ON {table.key_text("b")} = {table.key_text("n")}
          LEFT JOIN staged.batches o ON o.user_id = {owner}
          WHERE n::text IS DISTINCT FROM b::text
          ORDER BY batch, {", ".join(f'n."{column}"' for column in table.key)};
        CREATE INDEX ON staged."{table.name}" (batch);
        ANALYZE staged."{table.name}";
        SELECT coalesce(bool_or(NOT known), false)::int, coalesce(bool_or(known), false)::int,
               (SELECT count(*) FROM before."{table.name}" b WHERE {table.key_text("b")} NOT IN (SELECT {table.key_text("n")} FROM public."{table.name}" n))
        FROM staged."{table.name}" """)
    new, changed, gone = map(int, answer.split("|"))
    if gone:
        raise RuntimeError(f"the billing run deleted {gone} rows of {table.name}, which bench/plain_run.py does not know how to write")
    return Written(table, bool(new), bool(changed))


def stage(url: str) -> list[Written]:
    """In a copy: what differs from before goes to `staged`, each row with its batch, and the tables become what they were."""
    psql(url, f"""
        CREATE SCHEMA staged;
        CREATE UNLOGGED TABLE staged.batches AS
          SELECT user_id, (row_number() OVER (ORDER BY min(id::text)) - 1) / {BATCH} AS batch
          FROM invoices WHERE id NOT IN (SELECT id FROM before.invoices) GROUP BY user_id;
        ANALYZE staged.batches;""")
    every = [table for table in tables(url) if table.name != "unnumbered_documents"]
    written = [stage_table(url, table) for table in every if table.name not in NUMBERED_BY_ITSELF]
    truncate = "TRUNCATE " + ", ".join(f'public."{table.name}"' for table in every) + ";\n"
    put_back = "\n".join(f'INSERT INTO public."{table.name}" ({table.row}) SELECT {table.row} FROM before."{table.name}";' for table in every)
    psql(url, f"SET session_replication_role = replica;\nBEGIN;\n{truncate}{put_back}\nCOMMIT;\nDROP SCHEMA before CASCADE;\nVACUUM ANALYZE;")
    return [each for each in written if each.new or each.changed]


def write(url: str, written: list[Written], clients: int) -> float:
    """Seconds that writing all batches took, each in its transaction, by so many clients."""
    batches = int(psql(url, "SELECT max(batch) + 1 FROM staged.batches"))
    scripts = [""] * clients
    for batch in range(batches):
        scripts[batch % clients] += "BEGIN;\n" + "".join(each.statements(batch) for each in written) + "COMMIT;\n"
    began = time.monotonic()
    running = [subprocess.Popen(psql_command(url), stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in scripts]
    for process, script in zip(running, scripts):
        process.stdin.write(script)
        process.stdin.close()
    errors = [process.stderr.read() for process in running if process.wait() != 0]
    if errors:
        raise RuntimeError(f"plain SQL: {errors[0]}")
    return time.monotonic() - began


def check(url: str, written: list[Written]) -> None:
    """Nothing is missing of what the run wrote."""
    for table, *_ in written:
        missing = psql(url, f"""SELECT count(*) FROM (SELECT {table.row_text("s")} FROM staged."{table.name}" s
                                EXCEPT ALL SELECT {table.row_text("p")} FROM public."{table.name}" p) AS missing""")
        if missing != "0":
            raise RuntimeError(f"plain SQL has not written {missing} rows of {table.name}")


def plain_run(stores: Stores, ran: str, binary: str, clients: tuple[int, ...]) -> dict[str, float]:
    """Invoices a second of plain SQL with its best number of clients, over what the run in the database of that name wrote. Its session must have ended."""
    staged = f"{ran}_staged"
    written = stage(stores.create(staged, like=ran))
    results = []
    for count in clients:
        name = f"{ran}_by_{count}"
        url = stores.create(name, like=staged)
        psql(url, "CHECKPOINT")
        invoices = int(psql(url, "SELECT count(*) FROM staged.invoices"))
        before, wal = cpu_seconds(stores.postgres_pid), psql(url, "SELECT pg_current_wal_lsn()")
        took = write(url, written, count)
        used = cpu_seconds(stores.postgres_pid) - before
        wal_bytes = float(psql(url, f"SELECT pg_current_wal_lsn() - '{wal}'::pg_lsn"))
        check(url, written)
        if broken := verify(binary, stores.environment(url)):
            raise RuntimeError(f"after plain SQL, billing verify says: {broken}")
        stores.drop(name)
        results.append({"figure": invoices / took, "postgres": used / invoices * 1e6, "wal": wal_bytes / invoices, "clients": count})
    stores.drop(staged)
    return max(results, key=lambda result: result["figure"])
