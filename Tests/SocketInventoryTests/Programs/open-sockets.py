"""Opens real sockets in this process's network namespace, says ready, and keeps them until its input ends.

Each argument names a scene; see SCENES. A scene that the kernel cannot play (a protocol it lacks) is reported after `ready`.
"""
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading

KEPT = []
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET, CLONE_FILES = 0x40000000, 0x400
IPPROTO_MPTCP, IPPROTO_UDPLITE = 262, 136


def keep(*things):
    KEPT.extend(things)
    return things[0]


def bound(family, kind, protocol, address):
    s = keep(socket.socket(family, kind, protocol))
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1 if len(address) > 2 else 0)
    s.bind(address[:2])
    return s


def listener(family, address, protocol=0):
    s = bound(family, socket.SOCK_STREAM, protocol, address)
    s.listen(8)
    return s


def connection(family, address, protocol=0):
    l = listener(family, address, protocol)
    c = keep(socket.socket(family, socket.SOCK_STREAM, protocol))
    c.connect(l.getsockname()[:2])
    return keep(l.accept()[0])


def tcp():
    connection(socket.AF_INET, ("127.0.0.1", 7001)).send(b"x" * 100)
    connection(socket.AF_INET6, ("::1", 7002, "only"))
    listener(socket.AF_INET, ("0.0.0.0", 7003))
    dual = listener(socket.AF_INET6, ("::", 7004))
    c = keep(socket.create_connection(("127.0.0.1", 7004)))
    keep(dual.accept()[0])
    listener(socket.AF_INET6, ("::", 7005, "only"))


def udp():
    bound(socket.AF_INET, socket.SOCK_DGRAM, 0, ("127.0.0.1", 7101))
    bound(socket.AF_INET6, socket.SOCK_DGRAM, 0, ("::", 7102))
    keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).connect(("127.0.0.1", 7199))
    keep(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)).connect(("::1", 7199))


def udplite():
    bound(socket.AF_INET, socket.SOCK_DGRAM, IPPROTO_UDPLITE, ("127.0.0.1", 7201))


def sctp():
    connection(socket.AF_INET, ("127.0.0.1", 7301), socket.IPPROTO_SCTP)


def mptcp():
    connection(socket.AF_INET, ("127.0.0.1", 7401), IPPROTO_MPTCP)


def raw():
    keep(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
    keep(socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58))


def packet():
    keep(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))).bind(("lo", 0))


def vsock():
    s = keep(socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))
    s.bind((socket.VMADDR_CID_ANY, 7951))
    s.listen(1)


def unix():
    s = keep(socket.socket(socket.AF_UNIX))
    s.bind("\0bailey-test-%d" % os.getpid())
    s.listen(1)


def interface():
    s = keep(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    s.bind(("0.0.0.0", 7501))
    s.listen(1)


def reuse():
    """Connects out from the very port it listens on, so that the connection looks accepted."""
    server = listener(socket.AF_INET, ("127.0.0.1", 7601))
    l = keep(socket.socket())
    l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    l.bind(("127.0.0.1", 7602))
    l.listen(1)
    c = keep(socket.socket())
    c.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    c.bind(("127.0.0.1", 7602))
    c.connect(("127.0.0.1", 7601))
    keep(server.accept()[0])


def unowned():
    """One connection in TIME_WAIT, one in the accept queue, one that is orphaned with its peer reading nothing."""
    l = listener(socket.AF_INET, ("127.0.0.1", 7701))
    c = socket.create_connection(("127.0.0.1", 7701))
    a = l.accept()[0]
    c.close()
    a.close()
    orphan = socket.create_connection(("127.0.0.1", 7701))
    keep(l.accept()[0])
    orphan.close()
    keep(socket.create_connection(("127.0.0.1", 7701)))


def shared():
    """A listener that a child process holds too."""
    l = listener(socket.AF_INET, ("127.0.0.1", 7801))
    l.set_inheritable(True)
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    keep(subprocess.Popen(["sleep", "120"], pass_fds=[l.fileno()], **quiet))


def hidden():
    """A listener in a namespace that no process is in: made there, kept by its descriptor alone."""
    def make():
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        assert LIBC.unshare(CLONE_NEWNET) == 0
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        listener(socket.AF_INET, ("127.0.0.1", 7901))
        assert LIBC.setns(home, CLONE_NEWNET) == 0
        os.close(home)
    t = threading.Thread(target=make)
    t.start()
    t.join()


def thread():
    """A listener that only one thread has, in a descriptor table of its own."""
    done, stop = threading.Event(), threading.Event()

    def make():
        assert LIBC.unshare(CLONE_FILES) == 0
        listener(socket.AF_INET, ("127.0.0.1", 7902))
        done.set()
        stop.wait()
    t = threading.Thread(target=make, daemon=True)
    t.start()
    done.wait()


SCENES = {f.__name__: f for f in (tcp, udp, udplite, sctp, mptcp, raw, packet, vsock, unix, interface, reuse, unowned, shared,
                                  hidden, thread)}

signal.alarm(120)  # a test that forgets this program must not keep it
missing = []
for name in sys.argv[1:]:
    try:
        SCENES[name]()
    except OSError as error:
        if error.errno not in (92, 93, 94, 97):  # ENOPROTOOPT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EAFNOSUPPORT
            raise
        missing.append(name)
print("ready", os.stat("/proc/self/ns/net").st_ino, *missing, flush=True)
sys.stdin.read()
for thing in KEPT:
    if isinstance(thing, subprocess.Popen):
        thing.kill()
