// matrix.js - cases by clients. Rows are made a slice at a time, so that a
// thousand cases of twenty clients open at once and stay responsive.

const SLICE_CELLS = 1200;

const matrix = {
  index: null, rows: [], columns: [], job: 0,

  init(index) {
    this.index = index;
    this.columns = index.columns.map((c, i) => ({ ...c, i, name: columnName(c) }));
    this.rows = index.rows.map((r, i) => ({
      ...r, i, id: r.case + '@' + r.protocol,
      area: r.case.includes('/') ? r.case.split('/')[0] : '(none)',
      search: (r.case + '@' + r.protocol + ' ' + r.title).toLowerCase(),
    }));
  },

  // A cell that the filters ask for.
  wanted(cell, f) {
    if (cell < 0) return false;
    if (f.verdicts.size && !f.verdicts.has(stateOf(cell))) return false;
    return !f.level || (cell >> 3 & 1 << LEVELS.indexOf(f.level)) !== 0;
  },

  select(f) {
    const columns = this.columns.filter((c) => !f.client || c.client === f.client);
    const rows = this.rows.filter((r) => {
      if (f.area && r.area !== f.area) return false;
      if (f.text && !f.text.split(/\s+/).every((w) => r.search.includes(w))) return false;
      const cells = columns.map((c) => r.cells[c.i]).filter((x) => x >= 0);
      if (f.differ && new Set(cells.map(stateOf)).size < 2 &&
          !cells.some((x) => x & DIFFERS)) return false;
      if (!f.verdicts.size && !f.level) return cells.length > 0;
      return cells.some((x) => this.wanted(x, f));
    });
    return { columns, rows };
  },

  counts(rows, columns) {
    const n = {};
    for (const r of rows)
      for (const c of columns)
        if (r.cells[c.i] >= 0) {
          const state = stateOf(r.cells[c.i]);
          n[state] = (n[state] || 0) + 1;
        }
    return n;
  },

  tally(n) {
    const node = el('span', { class: 'tally' });
    for (const state of Object.keys(STATES))
      if (n[state])
        node.append(el('span', { class: 't-' + state.replace('/', '') },
          n[state] + ' ' + STATES[state].word), ' ');
    return node;
  },

  head(rows, columns) {
    const clients = el('tr', {}, el('th', { rowspan: '2', scope: 'col', class: 'name' }, 'Case'));
    const configs = el('tr');
    for (let i = 0; i < columns.length;) {
      const { client, version } = columns[i];
      let n = 1;
      while (i + n < columns.length && columns[i + n].client === client &&
             columns[i + n].version === version) n++;
      clients.append(el('th', { colspan: n, scope: 'colgroup', class: 'edge' },
        el('span', { class: 'client' }, visible(client || 'client')), ' ',
        el('span', { class: 'version' }, visible(version))));
      for (let k = 0; k < n; k++) {
        const c = columns[i + k];
        configs.append(el('th', { scope: 'col', class: k ? '' : 'edge' },
          el('span', { class: 'config' }, visible(c.config || '\u2013')),
          this.tally(this.counts(rows, [c]))));
      }
      i += n;
    }
    return el('thead', {}, clients, configs);
  },

  cell(row, column, edge, f) {
    const value = row.cells[column.i];
    const td = el('td', edge ? { class: 'edge' } : {});
    if (value < 0) {
      td.append(el('span', { class: 'unseen' }, 'not run'));
      return td;
    }
    const state = stateOf(value);
    const differs = value & DIFFERS ? ', its runs differ' : '';
    td.append(el('button', {
      type: 'button', tabindex: '-1',
      class: 'cell s-' + state.replace('/', '') + (this.wanted(value, f) ? '' : ' dim'),
      'data-row': row.i, 'data-column': column.i,
      'aria-label': STATES[state].says + differs + ': ' + visible(row.id) + ', ' + column.name,
    }, el('span', { class: 'mark' }, STATES[state].mark + (differs ? '\u2248' : '')),
    el('span', { class: 'word' }, ' ' + STATES[state].word)));
    return td;
  },

  row(row, columns, edges, f) {
    return el('tr', {},
      el('th', { scope: 'row', class: 'name' },
        el('span', { class: 'id' }, visible(row.case.slice(row.case.indexOf('/') + 1)),
          el('span', { class: 'protocol' }, '@' + row.protocol)),
        el('span', { class: 'title' }, visible(row.title))),
      columns.map((c, i) => this.cell(row, c, edges[i], f)));
  },

  area(name, rows, columns) {
    return el('tbody', {}, el('tr', { class: 'area' },
      el('th', { colspan: columns.length + 1, scope: 'rowgroup' },
        el('span', { class: 'stuck' }, el('b', {}, visible(name)), ' ',
          plural(rows.length, 'case'), ' ',
          this.tally(this.counts(rows, columns))))));
  },

  render(f) {
    const table = byId('matrix');
    const { columns, rows } = this.select(f);
    const edges = columns.map((c, i) => !i || columns[i - 1].client !== c.client ||
      columns[i - 1].version !== c.version);
    while (table.lastChild && table.lastChild.nodeName !== 'CAPTION')
      table.lastChild.remove();
    table.classList.toggle('many', columns.length > 8);
    table.style.setProperty('--columns', columns.length);
    if (rows.length) table.append(this.head(rows, columns));
    byId('shown').textContent = rows.length
      ? plural(rows.length, 'case') + ' of ' + this.rows.length + ', ' +
        plural(columns.length, 'column') : 'Nothing here is as the filters ask.';
    this.grow(table, rows, columns, edges, f);
  },

  // The first slice at once, the rest whenever the browser has nothing to do.
  grow(table, rows, columns, edges, f) {
    const job = ++this.job;
    const step = Math.max(10, Math.floor(SLICE_CELLS / (columns.length + 1)));
    let at = 0, body = null, area = null;
    const slice = (end) => {
      for (; at < end && at < rows.length; at++) {
        if (rows[at].area !== area) {
          area = rows[at].area;
          body = this.area(area, rows.filter((r) => r.area === area), columns);
          table.append(body);
        }
        body.append(this.row(rows[at], columns, edges, f));
      }
    };
    const next = () => {
      if (job !== this.job) return;
      slice(at + step);
      if (at < rows.length) later(next);
      else document.documentElement.dataset.ready = 'all';
    };
    document.documentElement.dataset.ready = 'first';
    next();
    const first = table.querySelector('.cell');
    if (first) first.tabIndex = 0;
    this.finish = () => { if (job === this.job) slice(rows.length); };
  },

  // Arrow keys go from cell to cell; one cell at a time is a tab stop.
  move(from, key) {
    const tr = from.closest('tr');
    const column = [...tr.children].indexOf(from.closest('td'));
    const rows = [...byId('matrix').querySelectorAll('tbody tr:not(.area)')];
    const y = rows.indexOf(tr);
    const ways = {
      ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0],
      PageDown: [15, 0], PageUp: [-15, 0],
    };
    if (key === 'Home') return this.focus(tr.querySelector('.cell'));
    if (key === 'End') return this.focus([...tr.querySelectorAll('.cell')].pop());
    const [dy, dx] = ways[key];
    if (dx) {
      let td = tr.children[column + dx];
      while (td && !td.querySelector('.cell'))
        td = dx > 0 ? td.nextElementSibling : td.previousElementSibling;
      return this.focus(td && td.querySelector('.cell'));
    }
    const sign = Math.sign(dy);
    let to = Math.min(rows.length - 1, Math.max(0, y + dy));
    while (rows[to] && !rows[to].children[column].querySelector('.cell')) to += sign;
    return this.focus(rows[to] && rows[to].children[column].querySelector('.cell'));
  },

  focus(cell) {
    if (!cell) return;
    for (const old of byId('matrix').querySelectorAll('.cell[tabindex="0"]'))
      old.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  },
};

const later = (fn) => window.requestIdleCallback
  ? requestIdleCallback(fn, { timeout: 200 }) : setTimeout(fn, 16);
