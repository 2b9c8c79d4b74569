#!/usr/bin/env python3
"""How many events a second reach receivers that answer at once: users are written with their audit by SQL, as fast as PostgreSQL takes them, and the receivers, which
are here, tell when the last event has come. `script/bench --webhooks` starts billing and runs it.

webhooks.py [--events N] [--rounds N] DATABASE_URL URL
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import time
import urllib.request

WRITE = """
WITH made AS (
  INSERT INTO users (id, email, email_key, created_at, updated_at)
  SELECT id, id || '@example.com', id || '@example.com', now(), now() FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, {events})) AS new
  RETURNING id
)
INSERT INTO audit_events (id, at, actor, action, entity, entity_id, user_id)
SELECT gen_random_uuid(), now(), 'worker', 'user.created', 'user', id::text, id FROM made"""


class Receiver(asyncio.Protocol):
    """Answers 204 to each request, and reads of it no more than its number."""

    def __init__(self, sequences: list) -> None:
        self.sequences = sequences
        self.held = b""

    def connection_made(self, transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.held += data
        while (end := self.held.find(b"\r\n\r\n")) >= 0:
            length = int(self.held[:end].lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            if len(self.held) < end + 4 + length:
                return
            body, self.held = self.held[end + 4 : end + 4 + length], self.held[end + 4 + length :]
            self.sequences.append(int(body.split(b'"sequence":')[1].split(b",")[0]))
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


async def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--events", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("database")
    arguments.add_argument("url")
    given = arguments.parse_args()

    async def psql(statement: str) -> str:
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", given.database, "-c", statement]
        return (await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)).stdout.strip()

    def post(path: str, body: object) -> dict:
        request = urllib.request.Request(given.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=60))

    loop = asyncio.get_running_loop()
    received: list[list] = []

    async def endpoint() -> None:
        sequences: list = []
        received.append(sequences)
        server = await loop.create_server(lambda: Receiver(sequences), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        await asyncio.to_thread(post, "/webhook_endpoints", {"url": f"http://127.0.0.1:{port}/"})

    for endpoints in (1, 4):
        while len(received) < endpoints:
            await endpoint()
        rates = []
        for _ in range(given.rounds):
            for sequences in received:
                sequences.clear()
            await psql(WRITE.format(events=given.events))
            began = time.perf_counter()
            while any(len(sequences) < given.events for sequences in received):
                await asyncio.sleep(0.01)
            rates.append(given.events * endpoints / (time.perf_counter() - began))
            for sequences in received:
                assert sequences == list(range(sequences[0], sequences[0] + given.events)), "out of order, doubled or missing"
        print(f"{endpoints} receivers: {statistics.median(rates):,.0f} deliveries a second ({min(rates):,.0f} to {max(rates):,.0f} in {given.rounds} rounds), in order", flush=True)


asyncio.run(main())
