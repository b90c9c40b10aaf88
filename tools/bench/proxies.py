"""One hop against haproxy and nginx: CPU per request, added median latency."""
import re
import tempfile
from contextlib import ExitStack
from pathlib import Path

from measure import (BIN, LOAD_CORE, MEASURED_CORE, Started, cpu_seconds, free_port, last_json,
                     median, output, table, wait_for_port)

SECONDS, RUNS = 2, 5
NGINX = """daemon off; master_process off; pid {dir}/pid; error_log {dir}/err crit;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {dir}/b;
  proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  {more}
}}"""
ORIGIN = "server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ return 200 'ok'; }} }}"
PROXY = """upstream o {{ server 127.0.0.1:{to}; keepalive 128; }}
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://o; proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; }} }}"""
HAPROXY = """global
  maxconn 1000
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend f
  bind 127.0.0.1:{port}
  default_backend b
backend b
  server o 127.0.0.1:{to}
"""


def nginx(folder, more):
    conf = Path(tempfile.mkdtemp(dir=folder)) / "nginx.conf"
    conf.write_text(NGINX.format(dir=conf.parent, more=more))
    return ["nginx", "-c", conf, "-e", conf.parent / "err"]


def start_proxy(stack, folder, name, to):
    """(process, port) of a proxy in front of port `to`; (None, to) for none."""
    if name == "none":
        return None, to
    if name.startswith("hop"):
        traced = ["traced"] if name == "hop, traced" else []
        process = stack.enter_context(Started([BIN / "fallproof-hop", to, *traced], MEASURED_CORE))
        return process, int(process.stdout.readline())
    port = free_port()
    if name == "nginx":
        args = nginx(folder, PROXY.format(port=port, to=to))
    else:
        conf = Path(folder) / f"haproxy-{port}.cfg"
        conf.write_text(HAPROXY.format(port=port, to=to))
        args = ["haproxy", "-q", "-f", conf]
    process = stack.enter_context(Started(args, MEASURED_CORE))
    wait_for_port(port, process)
    return process, port


def http(port, connections):
    said = output(["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency",
                   f"http://127.0.0.1:{port}/"], LOAD_CORE)
    n, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", said).groups()
    return (int(re.search(r"(\d+) requests in", said).group(1)),
            float(n) * {"us": 1, "ms": 1e3, "s": 1e6}[unit])


def echo(port, connections):
    said = last_json(output([BIN / "fallproof-echo", port, connections, SECONDS, 64], LOAD_CORE))
    return said["messages"], said["p50_us"]


def measure(kind, connections, origin, folder, names):
    """name -> [(CPU in µs per message, median latency in µs)], interleaved."""
    found = {name: [] for name in names}
    for _ in range(RUNS):
        for name in names:
            with ExitStack() as stack:
                process, port = start_proxy(stack, folder, name, origin)
                before = cpu_seconds(process.pid) if process else 0
                count, p50 = kind(port, connections)
                cpu = (cpu_seconds(process.pid) - before) if process else 0
                found[name].append((cpu / count * 1e6, p50))
    return found


def rows(label, found):
    base = median(p50 for _, p50 in found["none"])
    values = {n: (median(c for c, _ in v), median(p for _, p in v) - base) for n, v in found.items() if n != "none"}
    best = [min(values[n][i] for n in ("haproxy", "nginx")) for i in (0, 1)]
    for name, (cpu, added) in values.items():
        yield [label, name, f"{cpu:.1f}", f"{cpu / best[0]:.2f}", f"{added:+.0f}", f"{added / best[1]:.2f}"]


def run():
    names = ["none", "haproxy", "nginx", "hop", "hop, traced"]
    out = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        port = free_port()
        origin = stack.enter_context(Started(nginx(folder, ORIGIN.format(port=port)), LOAD_CORE))
        wait_for_port(port, origin)
        for n in (1, 64):
            out += rows(f"HTTP keep-alive, {n} conn.", measure(http, n, port, folder, names))
        server = stack.enter_context(Started([BIN / "fallproof", "serve", "--app", "echo"], LOAD_CORE))
        url = last_json(server.stdout.readline())["url"]
        for n in (1, 64):
            out += rows(f"WebSocket echo, {n} conn.",
                        measure(echo, n, int(url.rsplit(":", 1)[1]), folder, names))
    return (f"Medians of {RUNS} interleaved runs of {SECONDS} s. CPU is the proxy's own, per request or message; "
            "latency is what it adds to the median without a proxy; ratios are to the better of haproxy and nginx.\n\n"
            + table(["load", "proxy", "CPU µs", "ratio", "added µs", "ratio"], out))
