"""Measuring processes and starting the things that are compared."""
import json
import os
import re
import socket
import statistics
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = ROOT / "build" / "release" / "bin"
TICK = os.sysconf("SC_CLK_TCK")
# Origin and load generator share one core, what is measured has the other.
LOAD_CORE, MEASURED_CORE = 0, min(1, (os.cpu_count() or 1) - 1)
median = statistics.median


def family(pid):
    """pid and all its descendants."""
    out, todo = [], [pid]
    while todo:
        p = todo.pop()
        out.append(p)
        try:
            for task in Path(f"/proc/{p}/task").iterdir():
                todo += [int(c) for c in (task / "children").read_text().split()]
        except OSError:
            pass
    return out


def cpu_seconds(pid):
    total = 0
    for p in family(pid):
        try:
            fields = Path(f"/proc/{p}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return total / TICK


def rss_kib(pid):
    total = 0
    for p in family(pid):
        try:
            found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{p}/status").read_text())
            total += int(found.group(1)) if found else 0
        except OSError:
            pass
    return total


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port, process, deadline=10):
    until = time.monotonic() + deadline
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            pass
    raise RuntimeError(f"{process.args[0]}: nothing listens on port {port}")


class Started:
    """A process on one core, ended by pid when the block is left."""

    def __init__(self, args, core, **more):
        self.args, self.core, self.more = [str(a) for a in args], core, more

    def __enter__(self):
        self.process = subprocess.Popen(["taskset", "-c", str(self.core), *self.args], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, **self.more)
        return self.process

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def output(args, core=None, timeout=200):
    pin = ["taskset", "-c", str(core)] if core is not None else []
    return subprocess.run([*pin, *map(str, args)], text=True, timeout=timeout, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout


def last_json(text):
    return json.loads(text.strip().splitlines()[-1])


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
