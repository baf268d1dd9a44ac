#!/usr/bin/env python3
"""A mail server that tests send to, by aiosmtpd: mail_receiver.py [--starttls|--tls] [--certificate FILE --key FILE] [--login USER PASSWORD]

It prints `ready PORT`, answers the line `messages` with `ready` and what came since the last time as a JSON array, and `refuse ADDRESS` by
refusing that recipient from then on. It ends with its input."""
import argparse
import asyncio
import base64
import json
import logging
import ssl
import sys
import threading
import warnings

from aiosmtpd.smtp import AuthResult, SMTP

# What it says of the connections that tests break is no news.
logging.disable()
warnings.simplefilter("ignore")
lock = threading.Lock()
messages, refused = [], set()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        with lock:
            messages.append(
                {
                    "from": envelope.mail_from,
                    "to": envelope.rcpt_tos,
                    "hello": session.host_name,
                    "tls": server.transport.get_extra_info("ssl_object") is not None,
                    "login": session.authenticated,
                    "message": base64.b64encode(envelope.original_content).decode(),
                }
            )
        return "250 taken"


def tls(options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
    return context


def session(options):
    settings = {}
    if options.login:

        def check(server, session, envelope, mechanism, data):
            given = [data.login.decode(), data.password.decode()]
            return AuthResult(success=given == options.login, handled=False)

        # Where TLS is there from the start, aiosmtpd does not see it.
        settings = {"authenticator": check, "auth_required": True, "auth_require_tls": options.starttls}
    context = tls(options) if options.starttls else None
    return SMTP(Handler(), tls_context=context, require_starttls=options.starttls, hostname="receiver", **settings)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--starttls", action="store_true")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--login", nargs=2)
    options = parser.parse_args()
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def listen():
        context = tls(options) if options.tls else None
        return await asyncio.get_running_loop().create_server(lambda: session(options), "127.0.0.1", 0, ssl=context)

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    for line in sys.stdin:
        words = line.split()
        with lock:
            if words[0] == "messages":
                print("ready", json.dumps(messages), flush=True)
                messages.clear()
            elif words[0] == "refuse":
                refused.add(words[1])
                print("ready", flush=True)


main()
