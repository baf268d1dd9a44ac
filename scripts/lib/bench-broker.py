#!/usr/bin/env python3
"""Measures the privilege broker beside sudo and doas, for scripts/lib/bench.py: one user, one command, one host, in one run.

    bench-broker.py PROGRAMS SCRATCH RUNS SECONDS     as root, in mount and process namespaces of its own; answers in JSON
    bench-broker.py --clients RUNS SECONDS          as the user that asks

PROGRAMS is the directory of the built programs, SCRATCH one on a real disk: the audit log is synced there before a command starts.
Accounts, policies and PAM's configuration of the host are laid over in memory, and end with the namespaces.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

USER, ID = "bench", 4001
ASKED = "/usr/bin/true"
CLIENTS = 50
RULE = f"{{ id: true, effect: allow, command: {ASKED}, arguments: [], from: {{ users: [{USER}] }}, approval: none }}"
COMMANDS = {name: [name, "-n", "true"] for name in ("bailey-sudo", "sudo", "doas")}


def lay_over():
    """A host of our own over this one's files: what each of the three needs to let the user run one command without a question."""
    for command in (
        "mount --make-rprivate /", "mount -t tmpfs -o mode=755 tmpfs /run",
        "mkdir -m 755 /run/etc /run/work /run/bailey",
        "mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work /etc",
        "rm -rf /etc/bailey /etc/sudoers.d", "mkdir -m 755 /etc/bailey",
    ):
        subprocess.run(command.split(), check=True)
    files = {
        "/etc/passwd": f"root:x:0:0::/root:/bin/bash\n{USER}:x:{ID}:{ID}::/run:/bin/bash\n",
        "/etc/shadow": f"root:*:19000:0:99999:7:::\n{USER}:*:19000:0:99999:7:::\n",
        "/etc/group": f"root:x:0:\ntty:x:5:\nshadow:x:42:\n{USER}:x:{ID}:\n",
        "/etc/bailey/command-policy.yaml": f"schema: 1\nrules:\n  - {RULE}\n",
        "/etc/sudoers": f"Defaults env_reset, use_pty\n{USER} ALL=(root) NOPASSWD: {ASKED}\n",
        "/etc/pam.d/bailey": (pathlib.Path(__file__).parents[2] / "templates/pam/bailey").read_text(encoding="utf-8"),
        "/etc/doas.conf": f"permit nopass {USER} as root cmd true\n",
    }
    for path, text in files.items():
        pathlib.Path(path).write_text(text, encoding="utf-8")
    os.chmod("/etc/shadow", 0o600)
    os.chmod("/etc/sudoers", 0o440)


def install(programs, place):
    """The programs as a host has them, written as `scripts/install` writes them. What a linker left lies in the page cache in pieces, which
    every start of a program pays for."""
    names = [f"{programs}/{name}" for name in ("bailey", "bailey-broker", "bailey-spawner", "bailey-sudo")]
    subprocess.run(["install", "-m", "755", "-D", "-t", place, "--", *names], check=True)
    return place


def start_broker(programs, state):
    broker = subprocess.Popen([f"{programs}/bailey-broker", "--state", state], stdout=subprocess.PIPE, text=True)
    if not broker.stdout.readline().startswith("ready"):
        sys.exit("error: the broker does not start")
    return broker


def memory(process):
    """Resident, proportional and anonymous memory in MB."""
    rows = (line.split() for line in open(f"/proc/{process}/smaps_rollup", encoding="ascii"))
    sizes = {row[0].rstrip(":"): int(row[1]) / 1024 for row in rows if len(row) == 3 and row[2] == "kB"}
    return {name: sizes[name] for name in ("Rss", "Pss", "Anonymous")}


def count_records(state):
    events = [json.loads(line)["event"] for part in sorted(pathlib.Path(state, "audit").glob("audit-*.jsonl"))
              for line in part.read_text(encoding="utf-8").splitlines()]
    return {event: events.count(event) for event in ("start", "finish")}


def host(programs, scratch, runs, seconds):
    lay_over()
    os.chmod(scratch, 0o755)
    programs, state = install(programs, f"{scratch}/programs"), f"{scratch}/state"
    os.mkdir(state, 0o700)
    broker = start_broker(programs, state)
    try:
        idle = memory(broker.pid)
        answer = subprocess.run(
            ["setpriv", "--reuid", USER, "--regid", USER, "--init-groups", sys.executable, os.path.abspath(__file__), "--clients",
             str(runs), str(seconds)],
            check=True, stdout=subprocess.PIPE, env={"PATH": f"{programs}:/usr/sbin:/usr/bin:/sbin:/bin"}, cwd="/run")
        measured = json.loads(answer.stdout)
        # It has given back what it took for all of them within two of its half seconds.
        time.sleep(1.5)
        measured["memory"] = {"started": idle, "worked": memory(broker.pid)}
    finally:
        broker.terminate()
        broker.wait()
    measured["records"] = count_records(state)
    measured["verified"] = subprocess.run(
        [f"{programs}/bailey", "audit", "verify", f"{state}/audit"], stdout=subprocess.DEVNULL, check=False).returncode == 0
    # The log's files only take what is appended, and would stay when the directory is removed.
    subprocess.run(["chattr", "-R", "-f", "-a", f"{state}/audit"], check=False)
    json.dump(measured, sys.stdout)


def start(command):
    os.posix_spawnp(command[0], command, os.environ)


def wait(command):
    """Waits for one that has to have succeeded."""
    _, status = os.wait()
    if status != 0:
        sys.exit(f"error: {' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}; nothing was measured")


def one_by_one(runs):
    """The median of each in seconds, in turns."""
    taken = {name: [] for name in COMMANDS}
    for turn in range(runs + 5):
        for name, command in COMMANDS.items():
            began = time.perf_counter()
            start(command)
            wait(command)
            # What is read for the first time, programs and policies, counts for none of them.
            if turn >= 5:
                taken[name].append(time.perf_counter() - began)
    return {name: statistics.median(each) for name, each in taken.items()}


def all_at_once(command, seconds):
    """Commands a second by as many clients at once, each of which asks again as soon as it is done, and how many there were."""
    began = time.perf_counter()
    for _ in range(CLIENTS):
        start(command)
    count = 0
    while time.perf_counter() - began < seconds:
        wait(command)
        start(command)
        count += 1
    for _ in range(CLIENTS):
        wait(command)
    count += CLIENTS
    return {"count": count, "rate": count / (time.perf_counter() - began)}


def clients(runs, seconds):
    measured = {"seconds": one_by_one(runs), "at_once": {}}
    for name, command in COMMANDS.items():
        measured["at_once"][name] = all_at_once(command, seconds)
    measured["asked"] = runs + 5 + measured["at_once"]["bailey-sudo"]["count"]
    json.dump(measured, sys.stdout)


if sys.argv[1] == "--clients":
    clients(int(sys.argv[2]), float(sys.argv[3]))
else:
    host(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
