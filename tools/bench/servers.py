"""The reference server against npm socket.io: a broadcast each second."""
import json
import subprocess

from measure import (BIN, LOAD_CORE, MEASURED_CORE, ROOT, Started, cpu_seconds, last_json, median,
                     rss_kib, table)

SECONDS, RUNS, SIZES = 8, 3, (1000, 5000, 10000)
NODE = ROOT / "tools" / "bench" / "socket.io-server"


def start(name):
    if name == "socket.io":
        return Started(["node", NODE / "server.mjs"], MEASURED_CORE, cwd=NODE)
    return Started([BIN / "fallproof", "serve", "--publish-every", "1s"], MEASURED_CORE)


def once(name, clients):
    """CPU µs an update, p99 ms, KiB a connection, connections a second."""
    with start(name) as server:
        port = last_json(server.stdout.readline())["url"].rsplit(":", 1)[1]
        memory = rss_kib(server.pid)
        with Started([BIN / "fallproof-load", port, clients, SECONDS], LOAD_CORE) as load:
            joined = json.loads(load.stdout.readline())
            cpu = cpu_seconds(server.pid)
            said = json.loads(load.stdout.readline())
            cpu = cpu_seconds(server.pid) - cpu
            memory = rss_kib(server.pid) - memory
    if said["lost"] or not said["updates"]:
        raise RuntimeError(f"{name}, {clients} clients: {said}")
    return (cpu / said["updates"] * 1e6, said["p99_ms"], memory / clients,
            joined["joined"] / joined["connect_s"])


def run():
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=NODE, check=True)
    out = []
    for clients in SIZES:
        found = {"fallproof": [], "socket.io": []}
        for _ in range(RUNS):
            for name, runs in found.items():
                runs.append(once(name, clients))
        values = {name: [median(r[i] for r in runs) for i in range(4)] for name, runs in found.items()}
        for name, v in values.items():
            out.append([clients, name, f"{v[0]:.1f}", f"{v[1]:.0f}", f"{v[2]:.2f}", f"{v[3]:.0f}"])
        ratio = [ours / max(theirs, 0.001) for ours, theirs in zip(values["fallproof"], values["socket.io"])]
        out.append([clients, "ratio", f"{ratio[0]:.2f}", f"{ratio[1]:.2f}", f"{ratio[2]:.3f}", f"{ratio[3]:.1f}"])
    return (f"Medians of {RUNS} interleaved runs; {SECONDS} broadcasts once all had joined. `socket.io` is npm "
            "socket.io 4.8.4 on node, without permessage-deflate. Memory is the growth of the resident set.\n\n"
            + table(["clients", "server", "CPU µs an update", "p99 ms", "KiB a connection", "connections/s"], out))
