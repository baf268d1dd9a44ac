#!/usr/bin/env python3
"""Measures Bailey beside its peers on this machine, in one run; scripts/bench builds what it measures and calls it.

    bench.py BAILEY POLICIES [--runs N] [--only PART]... [--check]
    bench.py --inventory BAILEY SOCKETS RUNS        inside a network namespace of its own; answers in JSON
    bench.py --count BAILEY                         there too: what ss and bailey see, as three numbers

A command and its peer run in turns, and the median counts: what else the machine does meets both. Wall time and peak memory are
the kernel's own figures for the process (wait4(2)). Memory is never less than this program's own at the fork, some 15 MB, so nothing
large is read here: counting has a process of its own.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from bench_attack import bench_attack

# The targets.
INVENTORY = {10_000: None, 60_000: 3.0, 120_000: 10.0}
FLATNESS = 1.5
MEMORY_MB = 150
ASSESS_SECONDS = 0.5
ASSESS_RATIO = 50
START_SECONDS = 0.010
# Records on disk a second, by threads that append: one is as fast as the disk syncs, 50 serve 400 commands of two records each.
AUDIT_APPENDS = {1: None, 8: None, 50: 800}
AUDIT_SYNC_RATIO = 0.8
AUDIT_RECORDS = 1_000_000
AUDIT_VERIFY_SECONDS = 5
# The guarded sudo: how long 50 clients ask at once, what they get done a second, what the broker takes when nobody asks.
BROKER_SECONDS = 5
BROKER_RATE = 400
BROKER_MEMORY_MB = 20
PROCESSES = 10
# The core: alerts a second that are stored, triaged and correlated, with so many stored already.
CORE_STORED = (10_000, 1_000_000)
CORE_NEW = 1_500
CORE_STREAM = 5_000
CORE_SINGLE_MS = 20
# Posts that 50 clients make a second, each at times of its own; 0 is as many as go.
CORE_SINGLE_RATES = (500, 1_000, 0)
CORE_READ_MS = 50
CORE_START_MS = 300
CORE_MEMORY_MB = 200


def measure(command, output=os.devnull, expected=(0,)):
    """Runs a command once: seconds, and peak memory in MB."""
    with open(output, "wb") as sink, open(os.devnull, "rb") as nothing:
        began = time.perf_counter()
        child = subprocess.Popen(command, stdin=nothing, stdout=sink, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in expected:
        sys.exit(f"error: {' '.join(command)} exited with {child.returncode}; nothing was measured")
    return seconds, usage.ru_maxrss / 1024


def in_turns(commands, runs):
    """Medians of each command's seconds and the highest memory, run one after the other `runs` times."""
    taken = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            taken[name].append(measure(command))
    return {
        name: {"seconds": statistics.median(s for s, _ in each), "memory": max(m for _, m in each)}
        for name, each in taken.items()
    }


def count_established(bailey):
    """How many TCP sockets `ss` and `bailey sockets --json` each see established in this namespace: figures for different work
    would compare nothing."""
    peer = subprocess.run(["ss", "-tanH", "state", "established"], check=True, capture_output=True).stdout.count(b"\n")
    with tempfile.NamedTemporaryFile() as listed:
        measure([bailey, "sockets", "--json"], listed.name)
        document = json.load(listed)
    own = os.stat("/proc/self/ns/net").st_ino
    here = [
        socket for socket in document["sockets"]
        if socket["protocol"] == "tcp" and socket["state"] == "established" and socket["namespace_inode"] == own
    ]
    owned = sum(1 for socket in here if socket["processes"])
    print(peer, len(here), owned)


def inventory(bailey, sockets, runs):
    """Inside the namespace: opens the sockets, measures, closes them."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    helper = os.path.join(os.path.dirname(os.path.abspath(__file__)), "open-sockets.py")
    holder = subprocess.Popen(
        [sys.executable, helper, str(sockets), str(PROCESSES)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if not holder.stdout.readline().startswith("ready"):
            sys.exit(f"error: {sockets} sockets could not be opened; see ulimit -Hn and fs.nr_open")
        counted = subprocess.run([sys.executable, __file__, "--count", bailey], check=True, stdout=subprocess.PIPE, text=True)
        peer, seen, owned = map(int, counted.stdout.split())
        if not peer == seen == owned:
            sys.exit(f"error: ss sees {peer} established sockets, bailey {seen}, {owned} of them with their processes")
        measured = in_turns(
            {
                "ss": ["ss", "-tanpH"],
                "json": [bailey, "sockets", "--json"],
                "text": [bailey, "sockets"],
            }, runs)
    finally:
        holder.stdin.close()
        holder.wait()
    json.dump(measured, sys.stdout)


class Table:
    """Rows as they are measured, and whether a target was missed."""

    widths = (46, 16, 20, 12, 14)

    def __init__(self):
        self.missed = []
        self.row("measured", "bailey", "peer", "ratio", "target", "")

    def row(self, what, bailey, peer="", ratio="", target="", met=None):
        verdict = met if isinstance(met, str) else {None: "", True: "met", False: "MISSED"}[met]
        cells = [cell.ljust(width) for cell, width in zip((what, bailey, peer, ratio, target), self.widths)]
        print(" ".join(cells + [verdict]).rstrip(), flush=True)
        if met is False:
            self.missed.append(what)


def milliseconds(seconds):
    return f"{seconds * 1000:,.1f} ms"


def bench_inventory(table, options):
    per_socket = {}
    for sockets, wanted in INVENTORY.items():
        answer = subprocess.run(
            ["unshare", "--net", sys.executable, os.path.abspath(__file__), "--inventory", options.bailey, str(sockets),
             str(options.runs)], stdout=subprocess.PIPE, check=False)
        if answer.returncode != 0:
            table.row(f"inventory, {sockets:,} sockets", "not measured", met=False)
            continue
        measured = json.loads(answer.stdout)
        peer = measured["ss"]["seconds"]
        for form in ("json", "text"):
            own = measured[form]["seconds"]
            table.row(
                f"inventory, {sockets:,} sockets, {form}", milliseconds(own), f"ss {milliseconds(peer)}", f"{peer / own:.1f}x",
                f">= {wanted:.0f}x" if wanted else "", peer / own >= wanted if wanted else None)
        per_socket[sockets] = measured["json"]["seconds"] / sockets
        if sockets == max(INVENTORY):
            memory = max(measured["json"]["memory"], measured["text"]["memory"])
            table.row(
                f"peak memory, {sockets:,} sockets", f"{memory:.0f} MB", f"ss {measured['ss']['memory']:.0f} MB", "",
                f"< {MEMORY_MB} MB", memory < MEMORY_MB)
    few, many = min(INVENTORY), max(INVENTORY)
    if few in per_socket and many in per_socket:
        growth = per_socket[many] / per_socket[few]
        table.row(
            f"time per socket, {many:,} against {few:,}", f"{per_socket[many] * 1e6:.2f} us", f"{per_socket[few] * 1e6:.2f} us",
            f"{growth:.2f}x", f"<= {FLATNESS}x", growth <= FLATNESS)


def bench_assess(table, options):
    with tempfile.TemporaryDirectory() as scratch:
        command = [options.bailey, "assess", "--policies", options.policies, "--output", scratch]
        own = in_turns({"assess": command}, options.runs)["assess"]
        table.row(
            "assess, all checks and outputs", milliseconds(own["seconds"]), "", "", f"< {ASSESS_SECONDS} s",
            own["seconds"] < ASSESS_SECONDS)
        if shutil.which("lynis") is None:
            table.row("assess against lynis", "not measured", "lynis is missing", met=False)
            return
        # One run: it takes a minute or so. Warnings found make it exit with other than 0.
        peer, _ = measure(
            ["lynis", "audit", "system", "--quick", "--no-colors", "--logfile", f"{scratch}/lynis.log", "--report-file",
             f"{scratch}/lynis.dat"], expected=range(0, 128))
        ratio = peer / own["seconds"]
        table.row(
            "assess against lynis audit system --quick", milliseconds(own["seconds"]), f"lynis {peer:.1f} s", f"{ratio:.0f}x",
            f">= {ASSESS_RATIO}x", ratio >= ASSESS_RATIO)


def bench_start(table, options):
    own = in_turns({"start": [options.bailey, "--version"]}, max(options.runs, 20))["start"]
    table.row(
        "start-up, bailey --version", milliseconds(own["seconds"]), "", "", f"< {milliseconds(START_SECONDS)}",
        own["seconds"] < START_SECONDS)


def syncs_a_second(directory, seconds):
    """What the disk can do for one writer: 400 bytes appended and synced, over and over."""
    file = os.open(f"{directory}/bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        os.write(file, b"x" * 400)
        os.fdatasync(file)
        count += 1
    taken = time.perf_counter() - began
    os.close(file)
    return count / taken


def bench_audit(table, options):
    probe = os.path.join(os.path.dirname(options.bailey), "AuditingProbe")
    # Beside the build and not in /tmp, which may be memory.
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.realpath(options.bailey))) as scratch:
        for threads, wanted in AUDIT_APPENDS.items():
            # In turns, and the median of each: what else the disk does meets both.
            taken = []
            for turn in range(options.runs):
                answer = subprocess.run(
                    [probe, "bench", f"{scratch}/{threads}-{turn}", str(threads), "1"], check=True, stdout=subprocess.PIPE,
                    text=True)
                taken.append((syncs_a_second(scratch, 1), *map(int, answer.stdout.split())))
            bare, appends, syncs = (statistics.median(each) for each in zip(*taken))
            target = f">= {wanted}/s" if wanted else f">= {AUDIT_SYNC_RATIO}x"
            met = appends >= wanted if wanted else appends / bare >= AUDIT_SYNC_RATIO
            table.row(
                f"audit on disk, {threads} threads, {syncs:,.0f} syncs/s", f"{appends:,.0f}/s", f"bare disk {bare:,.0f}/s",
                f"{appends / bare:.1f}x", target, met)
        subprocess.run([probe, "make", f"{scratch}/large", str(AUDIT_RECORDS)], check=True)
        own = in_turns({"verify": [options.bailey, "audit", "verify", f"{scratch}/large"]}, options.runs)["verify"]
        table.row(
            f"audit verify, {AUDIT_RECORDS:,} records", f"{own['seconds']:.1f} s", f"{own['memory']:.0f} MB", "",
            f"< {AUDIT_VERIFY_SECONDS} s", own["seconds"] < AUDIT_VERIFY_SECONDS)


def bench_broker(table, options):
    programs = os.path.dirname(os.path.realpath(options.bailey))
    helper = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench-broker.py")
    # Beside the build and not in /tmp, which may be memory: each record is synced before its command starts.
    with tempfile.TemporaryDirectory(dir=programs) as scratch:
        answer = subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable, helper, programs, scratch,
             str(options.runs * 40), str(BROKER_SECONDS)], stdout=subprocess.PIPE, check=False)
    if answer.returncode != 0:
        table.row("the guarded sudo", "not measured", met=False)
        return
    measured = json.loads(answer.stdout)
    own = measured["seconds"]["bailey-sudo"]
    for name, target in (("sudo", ">= 1.0x"), ("doas", "")):
        peer = measured["seconds"][name]
        table.row(
            f"bailey-sudo -n true, against {name}", milliseconds(own), f"{name} {milliseconds(peer)}", f"{peer / own:.1f}x", target,
            peer >= own if target else None)
    rates = {name: each["rate"] for name, each in measured["at_once"].items()}
    table.row(
        "commands by 50 clients at once", f"{rates['bailey-sudo']:,.0f}/s", f"sudo {rates['sudo']:,.0f}/s",
        f"{rates['bailey-sudo'] / rates['sudo']:.1f}x", f">= {BROKER_RATE}/s", rates["bailey-sudo"] >= BROKER_RATE)
    records = measured["records"]
    lost = sum(measured["asked"] - records[event] for event in ("start", "finish"))
    table.row(
        f"records lost of {measured['asked']:,} commands", f"{lost:,}", "", "", "0, log sound", lost == 0 and measured["verified"])
    memory = measured["memory"]["worked"]
    table.row(
        "the broker idle, after all that", f"{memory['Rss']:.0f} MB", f"its own {memory['Anonymous']:.0f} MB", "",
        f"< {BROKER_MEMORY_MB} MB", memory["Rss"] < BROKER_MEMORY_MB)


@contextlib.contextmanager
def serving(bailey, store):
    """bailey-core over a store, its API on api.sock in it, a token in the file `token` there."""
    token = os.path.join(store, "token")
    if not os.path.exists(token):
        create = [bailey, "token", "create", "bench", "--program", "--scope", "alerts:write", "--state", store, "--file", token]
        subprocess.run(create, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    settings = os.path.join(store, "core.yaml")
    with open(settings, "w", encoding="utf-8") as file:
        file.write(f"schema: 1\nlisten: unix:{store}/api.sock\nrequests_per_minute: 10000000\n")
    command = [f"{os.path.dirname(bailey)}/bailey-core", "--state", store, "--settings", settings]
    service = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if not any(line.startswith("api ") for line in service.stdout):
            sys.exit("error: bailey-core does not start")
        yield service
    finally:
        service.terminate()
        service.wait()


def peak_memory(process):
    """The most that a process had resident, in MB."""
    with open(f"/proc/{process}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM:"))


def bench_core(table, options):
    probe = os.path.join(os.path.dirname(options.bailey), "CoreProbe")

    def run(*arguments):
        child = subprocess.Popen([probe, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
        answer = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"error: {probe} {' '.join(map(str, arguments))} exited with {child.returncode}")
        return [float(word) for word in answer.split()], usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime

    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.realpath(options.bailey))) as scratch:
        rates = {}
        few, many = CORE_STORED
        stores = {stored: os.path.join(scratch, str(stored)) for stored in CORE_STORED}
        os.mkdir(stores[few])
        run("fill", stores[few], few)
        shutil.copytree(stores[few], stores[many])
        run("grow", stores[many], many // few)
        for stored, store in stores.items():
            (opening, listing, summary, figures), _, _ = run("read", store)
            for mode, wanted in (("new", CORE_NEW), ("stream", CORE_STREAM)):
                # The machine does other things too: the best of three.
                runs = [run(mode, store, 5) for _ in range(3)]
                (rate, count), memory, seconds = max(runs, key=lambda one: one[0][0])
                rates[mode, stored] = rate
                table.row(
                    f"core, {mode}, {stored:,} stored", f"{rate:,.0f}/s", f"{seconds / count * 1000:.2f} ms of CPU each", "",
                    f">= {wanted:,}/s", rate >= wanted)
            with serving(options.bailey, store) as service:
                for asked in CORE_SINGLE_RATES:
                    load = f"50 clients at {asked:,}/s" if asked else "50 clients, unpaced"
                    (rate, median, slowest), _, _ = run("post", store, 50, 5, asked)
                    table.row(
                        f"core, {load}, {stored:,} stored", f"{rate:,.0f}/s",
                        f"p50 {median:.1f}, p99 {slowest:.1f} ms", "", f"< {CORE_SINGLE_MS} ms", slowest < CORE_SINGLE_MS)
                memory = peak_memory(service.pid)
            table.row(f"core, memory, {stored:,} stored", f"{memory:.0f} MB", "", "", f"< {CORE_MEMORY_MB} MB", memory < CORE_MEMORY_MB)
            table.row(f"core, opening, {stored:,} stored", f"{opening:.1f} ms", "", "", f"< {CORE_START_MS} ms", opening < CORE_START_MS)
            for name, taken in (("lists", listing), ("summary", summary), ("key figures, 30 days", figures)):
                table.row(f"core, {name}, {stored:,} stored", f"{taken:.2f} ms", "", "", f"< {CORE_READ_MS} ms", taken < CORE_READ_MS)
        growth = rates["new", few] / rates["new", many]
        table.row(f"core, time per alert, {many:,} against {few:,}", "", "", f"{growth:.2f}x", f"<= {FLATNESS}x", growth <= FLATNESS)



PARTS = {
    "start": bench_start, "inventory": bench_inventory, "assess": bench_assess, "audit": bench_audit, "broker": bench_broker,
    "attack": bench_attack, "core": bench_core}


def main():
    if sys.argv[1:2] == ["--inventory"]:
        inventory(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return
    if sys.argv[1:2] == ["--count"]:
        count_established(sys.argv[2])
        return
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures bailey beside ss, lynis, sudo and doas.")
    parser.add_argument("bailey", help=argparse.SUPPRESS)
    parser.add_argument("policies", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=5, help="runs of each command, of which the median counts (5)")
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this part alone; may be given again")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument(
        "--attack-dev", default=os.environ.get("BAILEY_ATTACK_DEV"), metavar="DIR",
        help="labelled texts to find techniques for (BAILEY_ATTACK_DEV); without them that part is skipped")
    parser.add_argument(
        "--attack-bundle", default=os.environ.get("BAILEY_ATTACK_BUNDLE"), metavar="FILE",
        help="the STIX bundle that the peers of that part index (BAILEY_ATTACK_BUNDLE)")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("error: network namespaces and owners of all sockets need root\n  next: sudo scripts/bench")

    table = Table()
    for name, part in PARTS.items():
        if options.only is None or name in options.only:
            part(table, options)
    if table.missed:
        print(f"\n{len(table.missed)} missed: {'; '.join(table.missed)}")
        if options.check:
            sys.exit(1)


main()
