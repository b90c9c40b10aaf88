// case.js - one case with one client: what was expected, what happened, where,
// and how to see it again.

const CHECK = { of: 0, verdict: 1, actual: 2, why: 3, cause: 4, facts: 5, at: 6, known: 7 };
const CLASSES = {
  attempt: 'WebSocket', 'upgrade-probe': 'probe', handshake: 'handshake',
  poll: 'poll', post: 'post', preflight: 'preflight', other: 'other',
};

function listOf(title, lines, links) {
  if (!lines) return null;
  return el('div', { class: 'sources' }, el('h4', {}, title),
    el('ul', {}, lines.split('\n').map((l) =>
      el('li', {}, links ? linked(visible(l)) : visible(l)))));
}

function term(name, text, kind) {
  return text ? el('div', { class: kind || '' }, el('dt', {}, name), el('dd', {}, visible(text))) : null;
}

function checkCard(check, detail) {
  const of = detail.expected[check[CHECK.of]];
  const text = (n) => n === undefined || n < 0 ? '' : detail.texts[n];
  const known = check[CHECK.known];
  const verdict = VERDICTS[check[CHECK.verdict]];
  const state = verdict === 'fail' && known && known.is === 'known' ? 'known' : verdict;
  return el('li', { class: 'check s-' + state.replace('/', '') },
    el('h4', {}, badge(state), ' ', el('code', {}, visible(of.name)), ' ',
      el('span', { class: 'level' }, of.level + (of.implied ? ', in every case' : ''))),
    el('dl', {}, term('expected', of.expected), term('actual', text(check[CHECK.actual])),
      term('because', text(check[CHECK.why])),
      term('likely cause', text(check[CHECK.cause]), 'cause'),
      known ? term(known.is, [known.reason, known.why, known.until && 'until ' + known.until,
        known.link, known.at].filter(Boolean).join(' \u00b7 ')) : null,
      verdict === 'pass' ? null : term('at', of.at, 'place')));
}

function checkList(run, detail) {
  const problem = (c) => VERDICTS[c[CHECK.verdict]] !== 'pass' || c[CHECK.known];
  const bad = run.checks.filter(problem), good = run.checks.filter((c) => !problem(c));
  return el('section', {}, el('h3', {}, 'Checks'),
    bad.length ? el('ul', { class: 'checks' }, bad.map((c) => checkCard(c, detail))) : null,
    good.length ? el('details', { open: !bad.length },
      el('summary', {}, plural(good.length, 'check') + ' passed'),
      el('ul', { class: 'checks' }, good.map((c) => checkCard(c, detail)))) : null);
}

function ladder(run, detail) {
  if (!run.ladder.length) return null;
  const scale = run.scale || 1;
  const text = (n) => n < 0 ? '' : visible(detail.texts[n]);
  return el('section', {}, el('h3', {}, 'Requests'),
    el('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Requests' },
      el('table', { class: 'ladder' },
        el('thead', {}, el('tr', {}, ['at', 'what', 'request', 'outcome', 'took'].map((h) =>
          el('th', { scope: 'col' }, h)))),
        el('tbody', {}, run.ladder.map(([cls, number, at, took, target, outcome]) =>
          el('tr', { class: 'c-' + cls }, el('td', { class: 'number' }, duration(at * scale)),
            el('td', {}, (CLASSES[cls] || cls) + (number ? ' #' + number : '')),
            el('td', {}, el('code', {}, text(target))), el('td', {}, text(outcome)),
            el('td', { class: 'number' }, duration(took * scale))))))),
    run.more ? el('p', {}, plural(run.more, 'more request') + ' are left out.') : null);
}

const TRACE_WORDS = {
  none: 'No timeline: the trace of this run was not kept, or not asked for (--html-traces).',
  unreadable: 'No timeline: its trace was not found, or is not of this run.',
  'no-room': 'No timeline: the traces before it filled the room that a page has.',
};

function runView(run, n, row, detail) {
  const trace = run.trace === 'here' ? parsed('t' + row.i + '.' + n) : null;
  return el('article', {},
    run.copy ? el('h3', {}, 'Run ' + run.copy) : null,
    el('p', { class: 'facts' }, badge(VERDICTS[run.verdict]), ' in ' + duration(run.ms * 1000),
      run.scale ? ', time ' + run.scale + ' times faster' : '',
      run.rerun ? '; was inconclusive first, and run again alone' : ''),
    run.error ? el('p', { class: 'error' }, visible(run.error)) : null,
    checkList(run, detail),
    trace ? timeline(trace, run, detail) : el('p', { class: 'quiet' }, TRACE_WORDS[run.trace]),
    ladder(run, detail),
    run.output ? el('section', {}, el('h3', {}, "The client's output"),
      run.cut ? el('p', { class: 'quiet' }, 'Its last part:') : null,
      el('pre', { tabindex: '0', role: 'region', 'aria-label': "The client's output" },
        visible(run.output))) : null,
    run.command ? el('section', {}, el('h3', {}, 'Again'),
      el('pre', { class: 'command', tabindex: '0', role: 'region', 'aria-label': 'Command' },
        visible(run.command))) : null);
}

function strip(row, column) {
  return el('nav', { class: 'strip', 'aria-label': 'The same case with other clients' },
    matrix.columns.filter((c) => row.cells[c.i] >= 0).map((c) => {
      const state = stateOf(row.cells[c.i]);
      return el('button', {
        type: 'button', class: 'cell s-' + state.replace('/', ''), 'data-row': row.i,
        'data-column': c.i, title: c.name, 'aria-current': c.i === column.i ? 'true' : undefined,
        'aria-label': STATES[state].says + ': ' + c.name,
      }, STATES[state].mark);
    }));
}

function caseView(row, column) {
  const detail = parsed('r' + row.i);
  const runs = detail.runs.map((run, n) => [run, n]).filter(([run]) => run.column === column.i);
  return [
    el('div', { class: 'bar' }, strip(row, column),
      el('button', { type: 'button', class: 'close' }, 'Close')),
    el('h2', { id: 'case-title' }, visible(row.title || row.case)),
    el('p', { class: 'who' }, el('code', {}, visible(row.id)), ' \u2014 ', column.name,
      detail.file ? el('span', { class: 'place' }, ' ', visible(detail.file)) : null),
    detail.why ? el('p', { class: 'why' }, visible(detail.why)) : null,
    el('div', { class: 'columns' }, listOf('Rests on', detail.spec, true),
      listOf('Seen', detail.seen, true)),
    ...runs.map(([run, n]) => runView(run, n, row, detail)),
  ];
}
