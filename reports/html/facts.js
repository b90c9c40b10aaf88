// facts.js - a trace in words: a line for each fact (docs/trace.md).

const FACTS_SHOWN = 400;

function factPlace(f) {
  if (f.hop === undefined) return f.k.startsWith('client') ? 'client' : '';
  return 'hop ' + (f.hop + 1) + (f.up ? ', server side' : ', client side') +
    (f.c ? ', connection ' + f.c + (f.r ? '.' + f.r : '') : '');
}

function factWords(f) {
  return [f.name, f.n, f.b && f.b + ' bytes', f.tr, f.cls, f.sid && 'sid ' + f.sid]
    .filter((w) => w !== undefined && w !== 0 && w !== '').join(' \u00b7 ');
}

function factTable(facts, scale) {
  return el('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Facts' },
    el('table', { class: 'ladder' },
      el('thead', {}, el('tr', {}, ['at', 'fact', 'where', 'what', 'text'].map((h) =>
        el('th', { scope: 'col' }, h)))),
      el('tbody', {}, facts.map((f) => el('tr', {},
        el('td', { class: 'number' }, duration(f.t * scale)),
        el('td', {}, f.k + (f.down ? ' \u2193' : '')), el('td', {}, factPlace(f)),
        el('td', {}, visible(factWords(f))),
        el('td', {}, f.x ? el('code', {}, visible(f.x)) : ''))))));
}

// Made when it is opened: a trace has thousands.
function factList(trace, scale) {
  const list = el('details', {}, el('summary', {}, 'All ' + trace.facts.length + ' facts' +
    (trace.left_out ? '; ' + trace.left_out + ' more are left out' : '')));
  let shown = 0;
  const more = el('button', { type: 'button' }, 'More');
  const add = () => {
    more.before(factTable(trace.facts.slice(shown, shown + FACTS_SHOWN), scale));
    shown += FACTS_SHOWN;
    more.hidden = shown >= trace.facts.length;
  };
  list.append(more);
  more.addEventListener('click', add);
  list.addEventListener('toggle', () => { if (list.open && !shown) add(); });
  return list;
}
