# shellcheck shell=bash disable=SC2034
# Sourced by script/test and script/bench: a private PostgreSQL and Redis on free loopback ports, in a temporary directory.
#
#   start_stores [durable]  sets DATABASE_URL_OF_TESTS and REDIS_URL_OF_TESTS; without `durable` PostgreSQL does not care for a crash
#   stop_stores             ends both and removes the directory; harmless when they are not there. Call it from an EXIT trap.
#
# Both also end with the script, however it ends (setpriv --pdeathsig). PostgreSQL refuses to be root: then it is user postgres.

stores_directory=
postgres_pid=
redis_pid=

free_port() {
  /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

postgres_program() {
  local found
  found=$(command -v "$1" || find /usr/lib/postgresql -path "*/bin/$1" 2>/dev/null | sort -V | tail -n 1)
  [ -n "$found" ] || { echo "$1 not found: run script/setup" >&2; return 1; }
  echo "$found"
}

as_postgres() { # SIGNAL COMMAND…: the command gets the signal when we end
  local user=()
  [ "$(id -u)" != 0 ] || user=(--reuid=postgres --regid=postgres --init-groups)
  exec setpriv "${user[@]}" --pdeathsig "$1" "${@:2}"
}

make_cluster() {
  mkdir "$stores_directory/postgres"
  if [ "$(id -u)" = 0 ]; then
    chmod 755 "$stores_directory"
    chown postgres "$stores_directory/postgres"
  fi
  local initdb
  initdb=$(postgres_program initdb) || return 1
  (cd / && as_postgres KILL "$initdb" --pgdata="$stores_directory/postgres" --username=postgres --auth=trust --encoding=UTF8 --no-sync \
    --lc-collate=C --lc-ctype=C.UTF-8 --lc-messages=C) >"$stores_directory/initdb.log" 2>&1 || { cat "$stores_directory/initdb.log" >&2; return 1; }
  cat >>"$stores_directory/postgres/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
shared_buffers = 256MB
max_wal_size = 2GB
timezone = 'UTC'
CONF
  [ "${1:-}" = durable ] || printf '%s = off\n' fsync full_page_writes synchronous_commit >>"$stores_directory/postgres/postgresql.conf"
}

# PID COMMAND…: until the command succeeds, at most 30 s, while the process lives.
wait_for() {
  for _ in $(seq 600); do
    kill -0 "$1" 2>/dev/null || return 1
    ! "${@:2}" >/dev/null 2>&1 || return 0
    sleep 0.05
  done
  return 1
}

start_postgres() {
  local port postgres
  port=$(free_port)
  postgres=$(postgres_program postgres) || return 1
  (cd / && as_postgres INT "$postgres" -D "$stores_directory/postgres" -p "$port") >>"$stores_directory/postgres.log" 2>&1 &
  postgres_pid=$!
  wait_for "$postgres_pid" "$(postgres_program pg_isready)" -q -h 127.0.0.1 -p "$port" || return 1
  DATABASE_URL_OF_TESTS=postgresql://postgres@127.0.0.1:$port/postgres
}

start_redis() {
  local port
  port=$(free_port)
  mkdir -p "$stores_directory/redis"
  setpriv --pdeathsig TERM redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$stores_directory/redis" \
    >>"$stores_directory/redis.log" 2>&1 &
  redis_pid=$!
  wait_for "$redis_pid" redis-cli -p "$port" ping || return 1
  REDIS_URL_OF_TESTS=redis://127.0.0.1:$port
}

start_stores() {
  stores_directory=$(mktemp -d /tmp/billing-stores.XXXXXX) # not $TMPDIR: user postgres may not get in there
  make_cluster "$@" || return 1
  # Another may take the free port first: then once more, with another one.
  start_postgres || start_postgres || { cat "$stores_directory/postgres.log" >&2; return 1; }
  start_redis || start_redis || { cat "$stores_directory/redis.log" >&2; return 1; }
}

stop_stores() {
  [ -z "$postgres_pid" ] || kill -INT "$postgres_pid" 2>/dev/null || true
  [ -z "$redis_pid" ] || kill -TERM "$redis_pid" 2>/dev/null || true
  for pid in $postgres_pid $redis_pid; do wait "$pid" 2>/dev/null || true; done
  [ -z "$stores_directory" ] || rm -rf "$stores_directory"
  postgres_pid='' redis_pid='' stores_directory=''
}
