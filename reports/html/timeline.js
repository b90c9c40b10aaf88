// timeline.js - a trace, drawn: the client, its WebSockets and its polls, each
// hop with its faults, the server, and how far behind the client was.

const ZOOM_MOST = 64;
const WINDOW_MS = 3000;
const LANE = { row: 20, gap: 14, behind: 64, axis: 24 };

// A bar for each request and, of a WebSocket, for its connection: it ends with
// the last fact about it. Only what crossed the client's own sockets.
function requestBars(facts) {
  const bars = new Map();
  for (const f of facts) {
    if (f.hop !== 0 || f.up || !f.c) continue;
    const key = f.c + '.' + (f.r || 0);
    if (f.k === 'request')
      bars.set(key, { key, from: f.t, to: f.t, cls: f.cls || 'other', head: f, facts: [] });
    const bar = bars.get(key) || (f.k === 'conn-close' && lastOn(bars, f.c));
    if (!bar || (bar.closed && f.k !== 'bytes')) continue;
    bar.facts.push(f);
    if (f.k === 'bytes') continue;
    bar.to = Math.max(bar.to, f.t);
    if (f.k === 'response' || f.k === 'ws-open') bar.status = f.n;
    if (f.k === 'response-end' && f.name === 'cut') bar.cut = true;
    if (f.k === 'response-end' || f.k === 'conn-close') bar.closed = true;
    if (f.k === 'conn-close' && f.name === 'rst') bar.cut = true;
  }
  return [...bars.values()];
}

function lastOn(bars, conn) {
  let last = null;
  for (const bar of bars.values())
    if (bar.head.c === conn && isSocket(bar)) last = bar;
  return last;
}
const isSocket = (bar) => bar.cls === 'attempt' || bar.cls === 'upgrade-probe';

// Attempts and upgrade probes count apart, as everywhere.
function numbered(bars) {
  const n = { attempt: 0, 'upgrade-probe': 0 };
  for (const bar of bars)
    if (isSocket(bar)) bar.number = ++n[bar.cls];
  return bars;
}

// Rows of one lane, so that bars at the same time do not hide each other.
function stacked(bars) {
  const ends = [];
  for (const bar of bars) {
    let row = ends.findIndex((end) => end <= bar.from);
    if (row < 0) row = ends.length < 4 ? ends.length : 3;
    ends[row] = bar.to;
    bar.row = row;
  }
  return Math.max(1, ends.length);
}

// When the client was how far behind: since when the oldest update is missing
// that is newer than the newest it has.
function behindCurve(facts, end) {
  const published = [], points = [];
  let newest = null;
  const missing = () => published.find((p) => newest === null || p.n > newest);
  const first = facts.find((f) => f.k === 'request');
  const point = (t) => {
    const m = missing();
    points.push([t, m ? t - Math.max(m.t, first ? first.t : 0) : 0]);
  };
  for (const f of facts) {
    if (f.k === 'published') { point(f.t); published.push(f); }
    if (f.k === 'delivered' && (newest === null || f.n > newest)) {
      point(f.t);
      newest = f.n;
      point(f.t);
    }
  }
  point(end);
  return points.map(([t, v]) => [t, Math.max(0, v)]);
}

// A fault colours its connection from the moment it acted, or a moment alone.
function faultSpans(facts) {
  const spans = [];
  for (let i = 0; i < facts.length; i++) {
    const f = facts[i];
    if (f.k !== 'fault') continue;
    const end = facts.slice(i).find((g) => g.k === 'conn-close' && g.hop === f.hop &&
      g.c === f.c && !g.up);
    spans.push({ from: f.t, to: f.c && end ? end.t : f.t, fact: f, hop: f.hop || 0 });
  }
  return spans;
}

function windowMs(run, detail) {
  for (const c of run.checks) {
    const m = /window \((\d+(?:\.\d+)?) (m?s)/.exec(detail.expected[c[0]].expected || '');
    if (m) return +m[1] * (m[2] === 's' ? 1000 : 1);
  }
  return WINDOW_MS;
}

const says = {
  connect: '\u25b2', disconnect: '\u25bc', error: '\u2717', unsupported: '\u2013',
};

class Timeline {
  constructor(trace, run, detail) {
    this.trace = trace;
    this.facts = trace.facts;
    this.scale = run.scale || 1;
    this.window = windowMs(run, detail) * 1000 / this.scale;
    this.end = this.facts.length ? Math.max(1, this.facts[this.facts.length - 1].t) : 1;
    const bars = numbered(requestBars(this.facts));
    this.faults = faultSpans(this.facts);
    this.behind = behindCurve(this.facts, this.end);
    this.hops = 1 + this.facts.reduce((n, f) => Math.max(n, f.hop || 0), 0);
    this.lanes = this.layOut(bars);
    this.zoom = 1;
  }

  layOut(bars) {
    const sockets = bars.filter(isSocket), polls = bars.filter((b) => !isSocket(b));
    let y = LANE.axis;
    const lane = (name, rows, height) => {
      const at = { name, y, height: height || rows * LANE.row };
      y += at.height + LANE.gap;
      return at;
    };
    const lanes = { client: lane('client', 1) };
    lanes.sockets = { ...lane('WebSocket', stacked(sockets)), bars: sockets };
    lanes.polls = { ...lane('polling', stacked(polls)), bars: polls };
    lanes.hops = [];
    for (let i = 0; i < this.hops; i++)
      lanes.hops.push(lane(this.hops > 1 ? 'faults, hop ' + (i + 1) : 'faults', 1));
    lanes.server = lane('server', 1);
    lanes.behind = lane('behind', 0, LANE.behind);
    this.height = y;
    return lanes;
  }

  x(t) { return 8 + t / this.end * (this.width - 16); }

  // What is told when the pointer is on it, and by a click below the drawing.
  told(node, title, facts) {
    node.prepend(svg('title', {}, visible(title)));
    node.classList.add('hot');
    node.addEventListener('click', () => this.tell(title, facts));
    return node;
  }

  tell(title, facts) {
    this.note.replaceChildren(el('p', {}, el('b', {}, visible(title))),
      factTable(facts.slice(0, 60), this.scale),
      facts.length > 60 ? el('p', { class: 'quiet' }, (facts.length - 60) +
        ' more are in the list of all facts.') : '');
  }

  barNode(lane, bar) {
    const x = this.x(bar.from), y = lane.y + bar.row * LANE.row + 2;
    const w = Math.max(3, this.x(bar.to) - x), h = LANE.row - 4;
    const status = bar.status || (bar.cut ? 'cut' : 'no answer');
    const bad = bar.cut || !bar.status || bar.status >= 300;
    const label = isSocket(bar) ? (bar.cls === 'attempt' ? '#' : 'probe #') + bar.number
      : bar.cls === 'poll' ? '' : (CLASSES[bar.cls] || '');
    const room = w > label.length * 7 + 6;
    return this.told(svg('g', { class: 'req c-' + bar.cls + (bad ? ' bad' : '') },
      svg('rect', { x, y, width: w, height: h, rx: 2 }),
      label && (room || isSocket(bar)) ? svg('text', {
        x: room ? x + 4 : x + w + 3, y: y + 12, class: room ? 'in' : 'out',
      }, label) : null),
    (CLASSES[bar.cls] || bar.cls) + (bar.number ? ' #' + bar.number : '') + ': ' +
      (bar.head.name || '') + ' ' + (bar.head.x || '') + ' \u2192 ' + status + ', ' +
      duration((bar.to - bar.from) * this.scale), bar.facts);
  }

  // From the server to the client's socket.
  flows() {
    const published = new Map();
    const nodes = [];
    for (const f of this.facts) {
      if (f.k === 'published') published.set(f.n, f);
      const from = published.get(f.n);
      if (f.k !== 'delivered' || !from) continue;
      const lane = f.tr === 'websocket' ? this.lanes.sockets : this.lanes.polls;
      nodes.push(svg('line', {
        class: 'flow f-' + (f.tr || ''), x1: this.x(from.t), y1: this.lanes.server.y,
        x2: this.x(f.t), y2: lane.y + lane.height,
      }));
    }
    return svg('g', {}, nodes);
  }

  clientMarks() {
    const y = this.lanes.client.y + 14;
    const nodes = [];
    for (const f of this.facts) {
      const x = this.x(f.t);
      if (f.k === 'stall')
        nodes.push(this.told(svg('g', { class: 'stall' }, svg('rect', {
          x: this.x(Math.max(0, f.t - f.n * 1000)), y: this.lanes.client.y - 4,
          width: Math.max(2, x - this.x(Math.max(0, f.t - f.n * 1000))), height: 4,
        })), 'stall of ' + f.n + ' ms (' + f.name + ')', [f]));
      if (f.k === 'client-says' && f.name === 'update')
        nodes.push(svg('circle', { class: 'update', cx: x, cy: y - 5, r: 2.2 }));
      else if (f.k === 'client-says' || f.k === 'client-exit' || f.k === 'shutdown' ||
               f.k === 'plugin-invalid')
        nodes.push(this.told(svg('g', { class: 'say say-' + (f.name || '') }, svg('text', {
          x, y, 'text-anchor': 'middle',
        }, f.k === 'client-says' ? says[f.name] || '?' : f.k === 'shutdown' ? '\u23f9' : '\u25a0')),
        f.k + ' ' + factWords(f) + ' ' + (f.x || '') + ' at ' + duration(f.t * this.scale), [f]));
    }
    return svg('g', {}, nodes);
  }

  faultNodes() {
    return svg('g', {}, this.faults.map((s) => {
      const lane = this.lanes.hops[Math.min(s.hop, this.hops - 1)];
      const x = this.x(s.from), w = Math.max(3, this.x(s.to) - x);
      return this.told(svg('g', { class: 'fault' },
        svg('rect', { class: 'shade', x, y: LANE.axis, width: w, height: lane.y - LANE.axis }),
        svg('rect', { class: 'act', x, y: lane.y + 2, width: w, height: LANE.row - 4 })),
      'fault ' + (s.fact.name || '') + ' at hop ' + (s.hop + 1) + ': ' + (s.fact.x || ''),
      this.facts.filter((f) => f.hop === s.hop && f.c === s.fact.c && f.k !== 'bytes'));
    }));
  }

  serverMarks() {
    const { y } = this.lanes.server;
    return svg('g', {}, this.facts.filter((f) =>
      f.k === 'published' || f.k.startsWith('server-')).map((f) =>
      f.k === 'published'
        ? svg('line', { class: 'pub', x1: this.x(f.t), x2: this.x(f.t), y1: y, y2: y + 8 })
        : this.told(svg('g', { class: 'server' }, svg('path', {
          d: 'M' + (this.x(f.t) - 4) + ' ' + (y + 18) + 'l4 -7 4 7z',
        })), f.k + ' ' + factWords(f) + ' ' + (f.x || ''), [f])));
  }

  // The window: what no update may be older than.
  behindNodes() {
    const { y, height } = this.lanes.behind;
    const top = Math.max(this.window * 1.5, ...this.behind.map((p) => p[1]));
    const at = (v) => y + height - v / top * height;
    const line = this.behind.map(([t, v], i) =>
      (i ? 'L' : 'M') + this.x(t).toFixed(1) + ' ' + at(v).toFixed(1)).join('');
    return svg('g', { class: 'behind' },
      svg('rect', { class: 'window', x: 8, width: this.width - 16, y: at(this.window), height: y + height - at(this.window) }),
      svg('path', { d: line + 'L' + this.x(this.end).toFixed(1) + ' ' + (y + height) +
        'L' + this.x(this.behind[0][0]).toFixed(1) + ' ' + (y + height) + 'z' }),
      svg('line', { class: 'limit', x1: 8, x2: this.width - 8, y1: at(this.window), y2: at(this.window) }),
      svg('text', { x: 12, y: at(this.window) - 4 }, 'window ' + duration(this.window * this.scale)));
  }

  axis() {
    const span = this.end * this.scale / 1e6;
    const rough = span / (this.width / 90);
    const unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((k) => k * unit).find((s) => s >= rough);
    const nodes = [];
    for (let i = 0; i * step <= span; i++) {
      const x = this.x(i * step * 1e6 / this.scale);
      nodes.push(svg('line', { class: 'tick', x1: x, x2: x, y1: LANE.axis - 4, y2: this.height - LANE.gap }),
        svg('text', { x: x + 3, y: 14 }, +(i * step).toFixed(6) + ' s'));
    }
    return svg('g', { class: 'axis' }, nodes);
  }

  draw() {
    this.width = Math.max(320, (this.plot.clientWidth || 900) * this.zoom);
    const { sockets, polls } = this.lanes;
    this.plot.replaceChildren(svg('svg', {
      width: this.width, height: this.height, role: 'img',
      'aria-label': 'Timeline; the same is in the table of requests and the list of facts below',
    }, this.axis(), this.behindNodes(), this.faultNodes(), this.flows(),
    sockets.bars.map((b) => this.barNode(sockets, b)),
    polls.bars.map((b) => this.barNode(polls, b)),
    this.serverMarks(), this.clientMarks()));
  }

  // Around the middle of what is seen.
  zoomTo(zoom) {
    const p = this.plot;
    const middle = (p.scrollLeft + p.clientWidth / 2) / this.width;
    this.zoom = Math.min(ZOOM_MOST, Math.max(1, zoom));
    this.draw();
    p.scrollLeft = middle * this.width - p.clientWidth / 2;
  }

  names() {
    const all = [this.lanes.client, this.lanes.sockets, this.lanes.polls,
      ...this.lanes.hops, this.lanes.server, this.lanes.behind];
    return svg('svg', { width: 92, height: this.height, 'aria-hidden': 'true' },
      all.map((l) => svg('text', { x: 88, y: l.y + 14, 'text-anchor': 'end' }, l.name)));
  }

  view() {
    this.plot = el('div', { class: 'plot', tabindex: '0', role: 'region', 'aria-label': 'Timeline; + and - zoom, 0 shows all' });
    this.note = el('div', { class: 'note', 'aria-live': 'polite' });
    const button = (label, text, to) => {
      const b = el('button', { type: 'button', 'aria-label': label }, text);
      b.addEventListener('click', () => this.zoomTo(to()));
      return b;
    };
    this.plot.addEventListener('keydown', (e) => {
      const to = { '+': this.zoom * 2, '=': this.zoom * 2, '-': this.zoom / 2, 0: 1 }[e.key];
      if (to) { e.preventDefault(); this.zoomTo(to); }
    });
    this.plot.addEventListener('wheel', (e) => {
      if (!e.ctrlKey) return;
      e.preventDefault();
      this.zoomTo(this.zoom * (e.deltaY < 0 ? 1.4 : 1 / 1.4));
    }, { passive: false });
    requestAnimationFrame(() => this.draw());
    return el('section', { class: 'timeline' },
      el('div', { class: 'zoom' }, el('h3', {}, 'Timeline'),
        button('Zoom in', '+', () => this.zoom * 2), button('Zoom out', '\u2212', () => this.zoom / 2),
        button('Show all', 'All', () => 1)),
      el('div', { class: 'lanes' }, this.names(), this.plot),
      el('p', { class: 'quiet key' },
        'Bars are requests, dashed where they failed; #1 is an attempt. Lines are updates on their way. ' +
        '\u25b2 connected, \u25bc disconnected, as the client says. Select a bar for its bytes.'),
      this.note, factList(this.trace, this.scale));
  }
}

function timeline(trace, run, detail) {
  return new Timeline(trace, run, detail).view();
}
