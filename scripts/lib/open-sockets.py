#!/usr/bin/env python3
"""Holds TCP sockets open on loopback, for scripts/bench: open-sockets.py SOCKETS PROCESSES.

Each process holds both ends of its share of connections, so SOCKETS of them are established over all. Prints `ready COUNT` once
every one is there, and ends when standard input closes. For a network namespace of its own: nothing outside is reached.
"""

import os
import resource
import socket
import struct
import sys

# Connections from one source address to one destination are bounded by the ephemeral ports (28,232 by default).
PER_ADDRESS = 20_000
# Sockets a run may ask for at most.
LIMIT = 500_000


def hold(index: int, connections: int, told) -> None:
    """Opens this process's share, says so, and waits until the parent is gone."""
    held = []
    for first in range(0, connections, PER_ADDRESS):
        address = f"127.{1 + index}.{1 + first // PER_ADDRESS}.1"
        with socket.socket() as listener:
            listener.bind((address, 0))
            listener.listen(128)
            for _ in range(min(PER_ADDRESS, connections - first)):
                client = socket.socket()
                # Closed with a reset: no TIME_WAIT is left for the next measurement.
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.connect(listener.getsockname())
                server, _ = listener.accept()
                server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                held += (client, server)
    os.write(told, struct.pack("I", len(held)))
    sys.stdin.buffer.read()


def main() -> None:
    sockets, processes = int(sys.argv[1]), int(sys.argv[2])
    if not 0 < sockets <= LIMIT or not 0 < processes <= 100:
        sys.exit(f"open-sockets.py: at most {LIMIT} sockets over 100 processes")
    each = sockets // processes // 2
    needed = 2 * each + 64
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, max(hard, needed)))

    reading, told = os.pipe()
    children = []
    for index in range(processes):
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                hold(index, each, told)
            finally:
                os._exit(0)
        children.append(child)
    os.close(told)
    total = 0
    for _ in range(processes):
        answer = os.read(reading, 4)
        if len(answer) < 4:
            sys.exit("open-sockets.py: a process ended before its sockets were open")
        total += struct.unpack("I", answer)[0]
    print(f"ready {total}", flush=True)
    for child in children:
        os.waitpid(child, 0)


main()
