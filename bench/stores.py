"""The stores that are measured on: databases, and what is asked of them in SQL."""

import os
import pathlib
import shutil
import subprocess
import typing
import urllib.parse


class Stores(typing.NamedTuple):
    database: str  # URL of a database of the cluster, in which others are created
    redis: str
    postgres_pid: int
    directory: pathlib.Path = pathlib.Path("/tmp")  # for files of a run; user postgres and nginx may read there

    def url(self, name: str) -> str:
        return urllib.parse.urlsplit(self.database)._replace(path="/" + name).geturl()

    def create(self, name: str, like: str | None = None) -> str:
        psql(self.database, f"CREATE DATABASE {name}" + (f" TEMPLATE {like}" if like else ""))
        return self.url(name)

    def drop(self, name: str) -> None:
        psql(self.database, f"DROP DATABASE {name}")

    def environment(self, database: str) -> dict[str, str]:
        return os.environ | {"DATABASE_URL": database, "REDIS_URL": self.redis, "BILLING_LOG_LEVEL": "warn", "BILLING_USER_RATE": "0"}


def postgres_program(name: str) -> str:
    return shutil.which(name) or str(sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[-1])


def psql_command(url: str) -> list[str]:
    return [postgres_program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url]


def psql(url: str, script: str) -> str:
    """What the statements answer; several, and psql's own commands, may follow each other."""
    done = subprocess.run(psql_command(url), input=script, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"psql: {done.stderr.strip()}")
    return done.stdout.strip()


def verify(binary: str, environment: dict[str, str]) -> str:
    """What `billing verify` found broken; empty when all is clean."""
    done = subprocess.run([binary, "verify"], capture_output=True, text=True, check=False, env=environment)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"exit status {done.returncode}"
