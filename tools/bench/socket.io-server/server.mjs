// What `fallproof serve --publish-every 1s` does, with npm socket.io: one
// broadcast a second. No permessage-deflate, which is its default since 3.0.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { serveClient: false });
let n = 0;
setInterval(() => io.emit("update", { n: ++n, t_ms: Date.now() }), 1000);
http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${http.address().port}` })));
