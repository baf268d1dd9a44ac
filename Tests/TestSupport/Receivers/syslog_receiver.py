#!/usr/bin/env python3
"""A receiver of syslog or of journal entries that tests send to: syslog_receiver.py udp|tcp|unix|journal [PATH]

It prints `ready ADDRESS`, and answers the line `receive N` with `ready` and, once N messages came, a JSON array of them. Messages of syslog are
parsed by syslog-rfc5424-parser, and their text by pycef; entries of the journal by the rules of its native protocol. It ends with its
input."""
import base64
import json
import os
import queue
import socket
import struct
import sys
import threading

arrived = queue.Queue()


def parsed(data):
    import pycef
    from syslog_rfc5424_parser import SyslogMessage

    text = data.decode("utf-8")
    message = SyslogMessage.parse(text).as_dict()
    message["cef"] = pycef.parse(message["msg"])
    message["raw"] = text
    return message


def entry(data):
    """https://systemd.io/JOURNAL_NATIVE_PROTOCOL: NAME=value, or NAME, a line end, 64 bits of length, the value and a line end."""
    fields = []
    while data:
        line, _, rest = data.partition(b"\n")
        if b"=" in line:
            name, _, value = line.partition(b"=")
            data = rest
        else:
            name = line
            (length,) = struct.unpack("<Q", rest[:8])
            value, data = rest[8 : 8 + length], rest[8 + length :]
            assert data[:1] == b"\n", "a value does not end where its length says"
            data = data[1:]
        fields.append([name.decode("ascii"), value.decode("utf-8")])
    return fields


def datagrams(server, parse):
    while True:
        arrived.put(parse(server.recv(1 << 18)))


def connections(server):
    """Octet counting (RFC 6587 §3.4.1)."""
    while True:
        peer, _ = server.accept()
        with peer, peer.makefile("rb") as stream:
            while True:
                count = b""
                while (byte := stream.read(1)) not in (b" ", b""):
                    count += byte
                if not count:
                    break
                arrived.put(parsed(stream.read(int(count))))


def main():
    kind = sys.argv[1]
    if kind in ("udp", "tcp"):
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
        server.bind(("127.0.0.1", 0))
        address = server.getsockname()[1]
    else:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        server.bind(sys.argv[2])
        address = sys.argv[2]
    if kind == "tcp":
        server.listen()
        work = (connections, (server,))
    else:
        work = (datagrams, (server, entry if kind == "journal" else parsed))
    threading.Thread(target=work[0], args=work[1], daemon=True).start()
    print("ready", address, flush=True)
    for line in sys.stdin:
        count = int(line.split()[1])
        print("ready", json.dumps([arrived.get(timeout=60) for _ in range(count)]), flush=True)


main()
