#!/usr/bin/env python3
"""A server over HTTP that tests send to: http_receiver.py [--unix PATH] [--tls CERTIFICATE KEY]

It prints `ready PORT`, and answers lines of its input, each with a line that begins with `ready`:
  requests         what came since the last time, as a JSON array
  answer STATUS N  the next N requests are answered with STATUS and nothing else
It ends with its input."""
import argparse
import base64
import json
import os
import socket
import socketserver
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler

lock = threading.Lock()
requests, planned = [], []
over = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def address_string(self):
        return "peer"

    def answer(self, status, body=b"", headers=()):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with lock:
            requests.append(
                {
                    "method": self.command,
                    "path": self.path,
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    "body": base64.b64encode(body).decode(),
                    "peer": str(self.client_address),
                }
            )
            status = planned.pop(0) if planned else None
        if status:
            return self.answer(status)
        name = self.path.split("?")[0].strip("/").split("/")
        if name[0] == "status":
            return self.answer(int(name[1]), b"as asked")
        if name[0] == "big":
            return self.answer(200, b"x" * int(name[1]))
        if name[0] == "headers":
            return self.answer(200, b"", [(f"X-Filler-{number}", "x" * 1000) for number in range(80)])
        if name[0] == "redirect":
            return self.answer(302, b"", [("Location", base64.b64decode(name[1]).decode())])
        if name[0] == "silent":
            over.wait()
            self.close_connection = True
            return None
        if name[0] == "close":
            self.close_connection = True
            return None
        if name[0] == "_bulk":
            return self.answer(*bulk(body))
        return self.answer(200, body or b"hello", [("X-Answer", "  yes "), ("X-Answer", "no")])

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_any


def bulk(body):
    """Answers as Elasticsearch's bulk API does, which takes newline-delimited JSON in pairs and wants a newline at its end."""
    if not body.endswith(b"\n"):
        return 400, b'{"error":"The bulk request must be terminated by a newline [\\\\n]"}'
    lines = body.split(b"\n")[:-1]
    items = []
    for action, document in zip(lines[::2], lines[1::2], strict=True):
        (verb, target), = json.loads(action).items()
        json.loads(document)
        known = any(item["_id"] == target["_id"] for item in items) or target["_id"] in bulk.ids
        bulk.ids.add(target["_id"])
        status = 409 if known and verb == "create" else 400 if target["_id"] in bulk.refused else 201
        items.append({verb: {"_index": target["_index"], "_id": target["_id"], "status": status}})
        items[-1]["_id"] = target["_id"]
    answer = {"errors": any(list(i.values())[0]["status"] > 299 for i in items), "items": items}
    for item in answer["items"]:
        del item["_id"]
    return 200, json.dumps(answer).encode()


bulk.ids, bulk.refused = set(), set()


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_):
        pass


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--unix")
    parser.add_argument("--tls", nargs=2)
    options = parser.parse_args()
    if options.unix:
        server = UnixServer(options.unix, Handler)
    else:
        server = Server(("127.0.0.1", 0), Handler)
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", options.unix or server.server_address[1], flush=True)
    for line in sys.stdin:
        words = line.split()
        with lock:
            if words[0] == "requests":
                print("ready", json.dumps(requests), flush=True)
                requests.clear()
            elif words[0] == "answer":
                planned.extend([int(words[1])] * int(words[2]))
                print("ready", flush=True)
            elif words[0] == "refuse":
                bulk.refused.add(words[1])
                print("ready", flush=True)
    over.set()


main()
