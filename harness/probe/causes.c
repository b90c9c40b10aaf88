/* SPDX-License-Identifier: MIT
 * causes.c - each cause in words, and what to do about it. */
#include "harness/probe/diagnose.h"

struct words {
    const char *name, *says, *fix;
};

static const struct words words[] = {
    [FP_CAUSE_FINE] =
        {"fine", "Both transports work from here.",
         "Look at the client. `transports: ['websocket', 'polling']` is no "
         "fallback list in socket.io-client: before 4.8 it never tries the "
         "second, since 4.8 only with `tryAllTransports: true` "
         "(socketio/socket.io#5122). Listing polling first, the default, works "
         "everywhere. Then compare its URL and path with this one, and probe "
         "from the network where it fails."},
    [FP_CAUSE_NAME] = {"name", "The name does not resolve.",
                       "Compare the host name; look at the DNS record."},
    [FP_CAUSE_TCP] =
        {"no-connection", "Nothing accepts connections there.",
         "Start the server, or compare host and port; listen on 0.0.0.0, not "
         "on 127.0.0.1, where it is reached from outside."},
    [FP_CAUSE_TLS] =
        {"tls", "TLS could not be agreed on, or the certificate is not right.",
         "The reason is above: an expired certificate, a wrong name or a "
         "missing intermediate is put right at the server; a private "
         "authority is given with --cacert. A server without TLS is http://."},
    [FP_CAUSE_REDIRECT] =
        {"redirected",
         "The answer is a redirect; browsers follow none for a WebSocket.",
         "Use the URL it points to (often https:// and wss:// instead of "
         "http:// and ws://), or take the redirect away for this path."},
    [FP_CAUSE_APP_DOWN] =
        {"app-down", "A hop in front answers that no application is behind it.",
         "Is the process running, and listening on 0.0.0.0 and on the port "
         "that the host expects ($PORT)? If the host lets it sleep, ask again "
         "after some seconds."},
    [FP_CAUSE_VERSION] =
        {"protocol-version",
         "The server refuses this revision of the protocol.",
         "Client and server must fit: Socket.IO 2 speaks revision 3, Socket.IO "
         "3 and 4 speak revision 4 (the server's `allowEIO3` takes both). "
         "Probe with --protocol engine.io-3 or engine.io-4."},
    [FP_CAUSE_PATH] =
        {"wrong-path", "No server of this protocol is at this path.",
         "Compare the path with the server's `path` option, the trailing slash "
         "included (Socket.IO's is /socket.io/), and with the prefix that a "
         "proxy adds or removes; --usual-paths tries the usual ones."},
    [FP_CAUSE_NO_LISTENER] =
        {"no-listener",
         "A page answers, as for any address: nothing there speaks this "
         "protocol.",
         "Is Socket.IO attached to the same http.Server that listens? Is the "
         "path sent to the app, and not to a static site's catch-all or a "
         "login page?"},
    [FP_CAUSE_ALL_REFUSED] =
        {"refused", "Both transports are refused.",
         "The answers above say by whom: a login, a firewall or a rate limit "
         "in front. Send what it asks for with --header, or let the path "
         "through."},
    [FP_CAUSE_ALL_SILENT] =
        {"silent", "Connections are accepted, and nothing is answered.",
         "The application hangs, or the hop in front waits for one that does "
         "not answer; see its log. --timeout waits longer."},
    [FP_CAUSE_INTERMITTENT] =
        {"intermittent", "The same upgrade request failed, then worked.",
         "Look for instances that differ, a deploy, or a limit on rates."},
    [FP_CAUSE_EXTENSIONS] =
        {"extensions", "The upgrade works once no extension is offered.",
         "A hop cannot stand permessage-deflate: let it pass "
         "Sec-WebSocket-Extensions, or remove it from the request there."},
    [FP_CAUSE_ORIGIN] =
        {"origin-check",
         "The upgrade works without Origin: it is refused "
         "because of the page it comes from.",
         "Add the page's origin to the server's list (allowRequest, "
         "verifyClient, a firewall's rule); where Origin is compared with "
         "Host, the proxy must pass Host (nginx: proxy_set_header Host "
         "$host)."},
    [FP_CAUSE_HEADER_FORM] =
        {"header-form",
         "The upgrade works once its headers are written in another way.",
         "A hop compares text where RFC 9110 says names and tokens are free of "
         "case and Connection is a list: see above which form works."},
    [FP_CAUSE_STRIPPED] =
        {"upgrade-stripped",
         "The request reached the origin without Upgrade: a proxy in front "
         "strips it.",
         "nginx: proxy_http_version 1.1; proxy_set_header Upgrade "
         "$http_upgrade; proxy_set_header Connection \"upgrade\"; Apache: "
         "ProxyPass with upgrade=websocket; lighttpd: proxy.header = "
         "(\"upgrade\" => \"enable\"); Varnish: pipe, and copy both headers in "
         "vcl_pipe; Squid: http_upgrade_request_protocols websocket allow all. "
         "A host that runs functions instead of a server cannot do it at all."},
    [FP_CAUSE_WEBSOCKET_OFF] =
        {"websocket-off",
         "The server does not know the transport that was asked for.",
         "The server's `transports` must list websocket; or a hop drops the "
         "query of upgrade requests."},
    [FP_CAUSE_HEADER_LOST] =
        {"header-lost",
         "The upgrade reached the server without a header that it needs.",
         "A hop removes it: let all Sec-WebSocket-* headers pass."},
    [FP_CAUSE_ORIGIN_REFUSES] =
        {"origin-refuses", "The server's own upgrade handler refused.",
         "The body above is its reason (Socket.IO: allowRequest, or a session "
         "that lives on another instance)."},
    [FP_CAUSE_UPGRADE_PATH] =
        {"upgrade-path",
         "Upgrade requests reach the server on a path that is not its own.",
         "A hop rewrites the path of upgrades, or the trailing slash is "
         "missing: engine.io lets such a request live for a second, then "
         "closes. Keep /socket.io/ whole."},
    [FP_CAUSE_UPGRADE_SILENT] =
        {"upgrade-silent", "Upgrade requests are taken and never answered.",
         "A hop or a firewall swallows them. Clients wait for their own time "
         "limit (socket.io-client: 20 s) before they fall back."},
    [FP_CAUSE_UPGRADE_CUT] =
        {"upgrade-cut",
         "The connection is cut as an answer to the upgrade request.",
         "A firewall, an antivirus or a proxy does so; wss:// on port 443 "
         "passes where it cannot look into it."},
    [FP_CAUSE_EDGE_REFUSES] =
        {"edge-refuses",
         "A hop in front, or a route that is not the server's, refuses the "
         "upgrade.",
         "Allow WebSockets there (a plan, a switch, a firewall's rule), or "
         "send this path to the server; the answer above shows whose it is."},
    [FP_CAUSE_HANDSHAKE_BROKEN] =
        {"handshake-broken",
         "The upgrade is accepted with an answer that clients must reject.",
         "A hop rewrites or caches the 101: it must pass as the server wrote "
         "it (Upgrade, Connection, Sec-WebSocket-Accept)."},
    [FP_CAUSE_STREAM_BROKEN] =
        {"stream-broken", "After the 101 come bytes that are no WebSocket.",
         "A hop writes into the tunnel, often an error page of its own."},
    [FP_CAUSE_SILENT_AFTER] =
        {"silent-after-101", "The upgrade is accepted, then nothing passes.",
         "A hop answers the 101 and does not forward what follows, or passes "
         "one direction only: look for buffering and inspection."},
    [FP_CAUSE_CUT_AFTER] =
        {"cut-after-101", "The upgrade is accepted, then cut.",
         "A hop closes the tunnel, or the server closes the session (its log "
         "says which)."},
    [FP_CAUSE_LARGE_FRAMES] =
        {"large-frames", "Small frames pass, large ones do not.",
         "Look for a limit on message or buffer sizes in a hop, and for the "
         "server's maxHttpBufferSize."},
    [FP_CAUSE_POLLING_OFF] =
        {"polling-off", "The server offers no polling.",
         "Let the client use WebSocket alone, or list polling in the server's "
         "`transports`."},
    [FP_CAUSE_POLLING_REFUSED] =
        {"polling-refused", "Polling is refused.",
         "The answer above says by whom: clients that start with polling (the "
         "default of Socket.IO) never connect here, and none can fall back."},
    [FP_CAUSE_POLLING_SILENT] =
        {"polling-dead", "Polling is not answered, or cut.",
         "Clients that start with polling never connect here, and none can "
         "fall back: look for a hop that holds or buffers answers."},
    [FP_CAUSE_NOT_STICKY] =
        {"not-sticky",
         "Requests of one session reach instances that do not know it.",
         "Turn sticky sessions on (nginx: ip_hash; HAProxy: cookie), run one "
         "instance, or use WebSocket alone."},
    [FP_CAUSE_CACHED] =
        {"cached", "A polling answer came out of a cache.",
         "Answer polls with Cache-Control: no-store, and let the cache pass "
         "this path."},
    [FP_CAUSE_CORS_MISSING] =
        {"cors-missing",
         "Browsers on that origin may not read polling answers.",
         "Allow the origin in the server's `cors` option. WebSockets are not "
         "subject to CORS, so only polling fails."},
    [FP_CAUSE_CORS_TWICE] =
        {"cors-twice",
         "Access-Control-Allow-Origin is there twice: browsers reject it.",
         "Server and proxy both add it: let only one of them."},
    [FP_CAUSE_CORS_WILDCARD] =
        {"cors-wildcard",
         "Any origin is allowed together with credentials: browsers reject "
         "that.",
         "Name the origin instead of *, or switch credentials off."},
    [FP_CAUSE_IDLE_CUT] =
        {"idle-cut", "An idle WebSocket does not live that long.",
         "Raise the hop's idle limit (nginx: proxy_read_timeout), or make the "
         "heartbeat (Socket.IO: pingInterval) clearly shorter than it."},
};

const char *fp_cause_name(enum fp_cause c) { return words[c].name; }
const char *fp_cause_says(enum fp_cause c) { return words[c].says; }
const char *fp_cause_fix(enum fp_cause c) { return words[c].fix; }
