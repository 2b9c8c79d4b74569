"""What the machine allows: nginx with a static file, and PostgreSQL with plain inserts of usage events into a database of their own, made by
`billing migrate`: the same table, with its indexes and its foreign key."""

import os
import pathlib
import shutil
import subprocess
import urllib.request

from loads import USERS, Figures, run_wrk
from processes import Costs, end, free_port, start
from stores import Stores, postgres_program, psql

NGINX = """daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 300;
  keepalive_requests 1000000000;
  open_file_cache max=16;
  default_type application/json;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} reuseport;
    root {folder}/files;
  }}
}}
"""


class Nginx:
    """A private one that serves the body of GET /plans as a file; with two workers, as there are two cores."""

    def __init__(self, directory: pathlib.Path, plans: str) -> None:
        folder = directory / "nginx"
        (folder / "files").mkdir(parents=True)
        with urllib.request.urlopen(plans, timeout=30) as answer:
            (folder / "files/plans").write_bytes(answer.read())
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/plans"
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port), encoding="utf-8")
        with (directory / "nginx.log").open("wb") as log:
            self.process = start([self.program(), "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"], dict(os.environ), stderr=log)

    @staticmethod
    def program() -> str | None:
        return shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")

    def load(self, connections: int, seconds: int) -> Figures:
        costs = Costs(self.process.pid, None)
        result = run_wrk(self.url, "report.lua", None, connections, seconds)
        return result | costs.since(result["figure"] * seconds)

    def stop(self) -> None:
        end(self.process)


CONNECTING = 2  # seconds that pgbench's clients may take to connect, which do not count

# Users have ids that are counted, so that pgbench can draw one.
MAKE_USERS = f"""
INSERT INTO users (id, email, email_key, created_at, updated_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, n || '@example.com', n || '@example.com', now(), now() FROM generate_series(1, {USERS}) n
"""
ONE_ROW = f"""\\set n random(1, {USERS})
INSERT INTO usage_events (id, user_id, metric, quantity, at, created_at)
VALUES (gen_random_uuid(), lpad(to_hex(:n::int), 32, '0')::uuid, 'api_calls', 1, now(), now());
"""
MANY_ROWS = """INSERT INTO usage_events (id, user_id, metric, quantity, at, created_at)
SELECT id, user_id, metric, quantity, now(), now()
FROM (SELECT gen_random_uuid() AS id, * FROM unnest(:users::uuid[], :metrics::text[], :quantities::bigint[]) AS given (user_id, metric, quantity)) AS event;
"""


class Inserts:
    """pgbench with the prepared protocol, on the same durable cluster."""

    def __init__(self, stores: Stores, binary: str, batch: int) -> None:
        self.url, self.postgres_pid, self.batch = stores.create("limits"), stores.postgres_pid, batch
        subprocess.run([binary, "migrate", "--seed"], check=True, stdout=subprocess.DEVNULL, env=stores.environment(self.url))
        psql(self.url, MAKE_USERS)
        self.scripts = {"one": stores.directory / "one_row.sql", "many": stores.directory / "many_rows.sql"}
        self.scripts["one"].write_text(ONE_ROW, encoding="utf-8")
        self.scripts["many"].write_text(MANY_ROWS, encoding="utf-8")
        users = ",".join(f"{number % USERS + 1:032x}" for number in range(batch))
        arrays = {"users": users, "metrics": ",".join(["api_calls"] * batch), "quantities": ",".join(["1"] * batch)}
        self.given = [f"-D{name}={{{values}}}" for name, values in arrays.items()]
        self.best: dict[str, int] = {}

    def run(self, script: str, clients: int, seconds: int) -> Figures:
        """Rows a second."""
        command = [postgres_program("pgbench"), "-n", "-M", "prepared", f"-c{clients}", f"-j{min(2, clients)}", f"-T{seconds + CONNECTING}", "-f",
                   str(self.scripts[script])]
        costs = Costs(None, self.postgres_pid)
        done = subprocess.run([*command, *(self.given if script == "many" else []), self.url], capture_output=True, text=True, check=False)
        made = int(done.stdout.partition("transactions actually processed: ")[2].split("\n")[0] or 0)
        if done.returncode != 0 or made == 0:
            raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}")
        each = self.batch if script == "many" else 1
        return {"figure": float(done.stdout.split("tps = ")[1].split()[0]) * each} | costs.since(made * each)

    def find_best(self, script: str, counts: tuple[int, ...], seconds: int) -> int:
        """With how many clients it is fastest; they are kept for it."""
        rates = {count: self.run(script, count, seconds)["figure"] for count in counts}
        self.best[script] = max(rates, key=lambda count: rates[count])
        return self.best[script]

    def load(self, script: str, seconds: int) -> Figures:
        return self.run(script, self.best[script], seconds)
