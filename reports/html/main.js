// main.js - filters, what the address keeps, keys, and the open case.

const controls = ['text', 'area', 'level', 'client'];
let opened = null; // the cell's row and column, once a case is shown
let asked = null;  // the hash that this page wrote last

function filters() {
  const f = { verdicts: new Set(), differ: byId('differ').checked };
  for (const name of controls) f[name] = byId(name).value;
  f.text = f.text.trim().toLowerCase();
  for (const box of byId('verdicts').querySelectorAll('input'))
    if (box.checked) f.verdicts.add(box.value);
  return f;
}

function hashOf() {
  const hash = new URLSearchParams();
  const f = filters();
  for (const name of controls) if (f[name]) hash.set(name, f[name]);
  if (f.verdicts.size) hash.set('verdict', [...f.verdicts].join(','));
  if (f.differ) hash.set('differ', '1');
  if (opened) {
    const c = opened.column;
    hash.set('case', opened.row.id);
    hash.set('with', [c.client, c.version, c.config].join('|'));
  }
  return hash.toString();
}

// A new case is a step that Back undoes; a filter is not.
function keep(step) {
  asked = hashOf();
  try {
    history[step ? 'pushState' : 'replaceState'](null, '', '#' + asked);
  } catch (e) {
    location.hash = asked; // where a page has no history of its own
  }
}

function refilter() { matrix.render(filters()); keep(false); }

function show(row, column) {
  const dialog = byId('case');
  opened = { row, column };
  dialog.replaceChildren(...caseView(row, column));
  document.documentElement.classList.add('has-case');
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  dialog.querySelector('.close').focus({ preventScroll: true });
}

function open(row, column) { show(row, column); keep(true); }

function onClosed() {
  if (!opened) return;
  const { row, column } = opened;
  opened = null;
  document.documentElement.classList.remove('has-case');
  byId('case').replaceChildren();
  keep(false);
  matrix.focus(byId('matrix').querySelector(
    '.cell[data-row="' + row.i + '"][data-column="' + column.i + '"]'));
}

function restore() {
  const hash = new URLSearchParams(location.hash.slice(1));
  for (const name of controls) byId(name).value = hash.get(name) || '';
  const verdicts = (hash.get('verdict') || '').split(',');
  for (const box of byId('verdicts').querySelectorAll('input'))
    box.checked = verdicts.includes(box.value);
  byId('differ').checked = hash.has('differ');
  matrix.render(filters());
  const row = matrix.rows.find((r) => r.id === hash.get('case'));
  const column = matrix.columns.find((c) =>
    [c.client, c.version, c.config].join('|') === hash.get('with'));
  if (row && column && row.cells[column.i] >= 0) show(row, column);
  else if (byId('case').open) byId('case').close();
}

function setUpFilters() {
  const n = matrix.counts(matrix.rows, matrix.columns);
  for (const [state, { word, says }] of Object.entries(STATES))
    if (n[state])
      byId('verdicts').append(el('label', { class: 'chip s-' + state.replace('/', ''), title: says },
        el('input', { type: 'checkbox', value: state }),
        el('span', { 'aria-hidden': 'true', class: 'mark' }, STATES[state].mark),
        ' ' + word + ' ', el('b', {}, String(n[state]))));
  const options = (id, values) => byId(id).append(...[...new Set(values)].sort()
    .map((v) => el('option', { value: v }, visible(v))));
  options('area', matrix.rows.map((r) => r.area));
  options('client', matrix.columns.map((c) => c.client).filter(Boolean));
  byId('filters').addEventListener('input', refilter);
  byId('filters').addEventListener('submit', (e) => e.preventDefault());
  byId('clear').addEventListener('click', () => { byId('filters').reset(); refilter(); });
}

function onCell(event) {
  const cell = event.target.closest('button.cell');
  if (cell)
    open(matrix.rows[cell.dataset.row], matrix.columns[cell.dataset.column]);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.nodeName);
  if (event.key === '/' && !typing && !byId('case').open) {
    event.preventDefault();
    byId('text').focus();
  } else if (event.target.matches('#matrix .cell') &&
             /^(Arrow|Page|Home|End)/.test(event.key)) {
    event.preventDefault();
    matrix.move(event.target, event.key);
  }
}

function describe(index) {
  const day = (ms) => new Date(ms).toISOString().replace('T', ' ').slice(0, 16);
  const when = index.first_ms
    ? ' Run ' + day(index.first_ms) +
      (day(index.first_ms) === day(index.last_ms) ? '' : ' to ' + day(index.last_ms)) + ' UTC.' : '';
  const clients = new Set(index.columns.map((c) => c.client + ' ' + c.version)).size;
  byId('about').textContent = plural(clients, 'client') + ' in ' +
    plural(index.columns.length, 'configuration') + ', ' + plural(index.rows.length, 'case') +
    ': do updates still arrive when the network breaks WebSockets?' + when;
  byId('version').textContent = index.version;
}

const index = parsed('index');
matrix.init(index);
describe(index);
setUpFilters();
byId('matrix').addEventListener('click', onCell);
byId('case').addEventListener('click', (e) => {
  if (e.target.closest('.close')) byId('case').close();
  else onCell(e);
});
byId('case').addEventListener('close', onClosed);
document.addEventListener('keydown', onKey);
window.addEventListener('hashchange', () => { if (location.hash.slice(1) !== asked) restore(); });
window.addEventListener('popstate', () => { if (location.hash.slice(1) !== asked) restore(); });
window.addEventListener('beforeprint', () => {
  if (matrix.finish) matrix.finish();
  for (const d of byId('case').querySelectorAll('details')) d.open = true;
});
restore();
