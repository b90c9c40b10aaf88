"""What the harness itself costs: the suite, a case, `list`, real clients."""
import json
import resource
import subprocess
import tempfile
import time
from pathlib import Path

from measure import BIN, ROOT, median, table

SHORT_CASE = """title: The client connects, and that is all
why: What a case costs by itself.
expect:
  - connects: {within: 10s}
"""


def timed(args, **more):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    done = subprocess.run([str(a) for a in args], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **more)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done


def results(folder):
    return [json.loads(line) for line in (Path(folder) / "results.jsonl").read_text().splitlines()]


def suite(folder):
    rows = []
    for config in ("websocket-first", "polling-first"):
        wall, cpu, done = timed([BIN / "fallproof", "run", "--client", "reference", "--config", config, "--out", folder])
        found = results(folder)
        longest = max(r["duration_ms"] for r in found) / 1000
        rows.append([f"whole suite, reference {config}", f"{len(found)} cases: {wall:.1f} s, "
                     f"{wall / longest:.2f} × the longest ({longest:.1f} s); {cpu:.1f} s of CPU; exit {done.returncode}"])
    return rows


def single(folder):
    case = Path(folder) / "short.yaml"
    case.write_text(SHORT_CASE)
    rows = []
    clients = (("ends at once", "error", ["--", "true"]),
               ("is the reference client", "pass", ["--client", "reference"]))
    for label, verdict, client in clients:
        n = 50
        wall, _, _ = timed([BIN / "fallproof", "run", case, "--protocol", "engine.io-4", "--repeat", n, "-j", 1,
                            "--out", folder, *client])
        found = results(folder)
        if len(found) != n or any(r["verdict"] != verdict for r in found):
            raise RuntimeError(f"{label}: {[r['verdict'] for r in found]}")
        rows.append([f"a case whose client {label}, one after the other", f"{wall / n * 1000:.1f} ms each"])
    walls = [timed([BIN / "fallproof", "list"])[0] for _ in range(11)]
    rows.append(["`fallproof list`, median of 11", f"{median(walls) * 1000:.1f} ms"])
    return rows


def real_clients(folder):
    subprocess.run([ROOT / "tools" / "clients", "socket.io-client-4"], check=True)
    wall, cpu, done = timed([BIN / "fallproof", "run", "clean/**", "refused/**", "--client", "socket.io-client-4",
                             "--out", folder])
    n = len(results(folder))
    return [["real clients (socket.io-client 4)", f"{n} cases: {wall:.1f} s, {cpu / n:.2f} s of CPU a case; "
             f"exit {done.returncode}"]]


def run():
    with tempfile.TemporaryDirectory() as folder:
        rows = suite(folder) + single(folder) + real_clients(folder)
    return table(["what", "measured"], rows)
