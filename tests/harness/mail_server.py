"""A real mail server for the tests: prints its port, then each mail that it takes on as a line of JSON. How it treats one is in the recipient's local part:

  refused…     550 to RCPT                      later2…    451 to the first two RCPTs
  rejected…    554 once all of it has come      slow…      takes it on after a second
  silent…      takes it on, and never says so   dropped…   hangs up once all of it has come, having taken nothing on

`mail_server.py [--tls CERTIFICATE KEY | --starttls CERTIFICATE KEY] [--user NAME PASSWORD] [--port N]`; ends with its standard input.
"""

import argparse
import asyncio
import collections
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("--tls", nargs=2)
arguments.add_argument("--starttls", nargs=2)
arguments.add_argument("--user", nargs=2)
arguments.add_argument("--port", type=int, default=0)
options = arguments.parse_args()
asked = collections.Counter()


def say(**event):
    print(json.dumps(event), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        asked[address] += 1
        say(asked=address, tls=bool(options.tls or session.ssl))
        if address.startswith("refused"):
            return "550 5.1.1 No such mailbox here"
        if address.startswith("later") and asked[address] <= int(address[5]):
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        if to.startswith("rejected"):
            return "554 5.7.1 This looks like spam"
        if to.startswith("dropped"):
            server.transport.close()
            return "250 never seen"
        if to.startswith("slow"):
            await asyncio.sleep(1)
        say(to=envelope.rcpt_tos, sender=envelope.mail_from, data=envelope.content.decode("ascii"), tls=bool(options.tls or session.ssl),
            user=session.auth_data.login.decode() if session.authenticated else None)
        if to.startswith("silent"):
            await asyncio.sleep(3600)
        return "250 2.0.0 Ok: queued as 4F1C2"


def context(pair):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*pair)
    return made


def authenticate(server, session, envelope, mechanism, data):
    right = options.user and data.login.decode() == options.user[0] and data.password.decode() == options.user[1]
    return AuthResult(success=bool(right), handled=bool(right), auth_data=data)


def make():
    return SMTP(Handler(), hostname="mail.example", tls_context=context(options.starttls) if options.starttls else None, require_starttls=bool(options.starttls),
                authenticator=authenticate, auth_required=bool(options.user), auth_require_tls=False, enable_SMTPUTF8=True)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", options.port, ssl=context(options.tls) if options.tls else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
