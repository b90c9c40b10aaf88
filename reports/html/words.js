'use strict';
// words.js - elements, verdicts, and how numbers and places are written.
// Text reaches the page as text nodes alone: no markup is ever made of it.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {}))
    if (value !== undefined && value !== false)
      node.setAttribute(key, value === true ? '' : value);
  node.append(...children.flat().filter((c) => c !== null && c !== undefined));
  return node;
}
const el = (name, attributes, ...children) =>
  fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) =>
  fill(document.createElementNS(SVG, name), attributes, children);
const byId = (id) => document.getElementById(id);
const parsed = (id) => {
  const node = byId(id);
  return node && JSON.parse(node.textContent);
};

// In the order of enum fp_verdict (harness/judge/result.h).
const VERDICTS = ['pass', 'fail', 'inconclusive', 'unsupported',
  'not-exercised', 'error', 'n/a'];
const LEVELS = ['must', 'should', 'may'];
const KNOWN = 1 << 6;
const DIFFERS = 1 << 7;

// What a cell shows: shape and word say the same as the colour.
const STATES = {
  pass: { mark: '\u2713', word: 'pass', says: 'passed' },
  warn: { mark: '\u25b3', word: 'warn', says: 'passed, but a should or may failed' },
  fail: { mark: '\u2717', word: 'fail', says: 'failed' },
  known: { mark: '\u25c6', word: 'known', says: 'failed, as is known' },
  inconclusive: { mark: '?', word: 'inconclusive', says: 'inconclusive: the machine stalled' },
  error: { mark: '!', word: 'error', says: 'the harness or the plug-in broke' },
  unsupported: { mark: '\u2013', word: 'unsupported', says: 'the client cannot do this' },
  'not-exercised': { mark: '\u25cb', word: 'not-exercised', says: 'had no chance to fail' },
  'n/a': { mark: '\u00b7', word: 'n/a', says: 'not applicable' },
};

function stateOf(cell) {
  const verdict = VERDICTS[cell & 7];
  if (verdict === 'fail' && cell & KNOWN) return 'known';
  if (verdict === 'pass' && cell >> 3 & 7) return 'warn';
  return verdict;
}

function badge(state, word) {
  return el('span', { class: 'badge s-' + state.replace('/', '') },
    el('span', { 'aria-hidden': 'true', class: 'mark' }, STATES[state].mark),
    ' ' + (word || STATES[state].word));
}

const plural = (n, one) => n + ' ' + one + (n === 1 ? '' : 's');

function duration(us) {
  const ms = us / 1000;
  if (ms < 1) return ms.toFixed(2) + ' ms';
  if (ms < 1000) return ms.toFixed(ms < 10 ? 1 : 0) + ' ms';
  return (ms / 1000).toFixed(ms < 10000 ? 2 : 1) + ' s';
}

// Control and direction characters are shown, so that no text can pass for
// another.
const visible = (text) => text.replace(
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
  (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));

const columnName = (c) => visible([c.client || 'client', c.version, c.config]
  .filter(Boolean).join(' '));

// An RFC, an issue or a page, where a line of a case names one.
const SOURCES = [
  [/\bRFC (\d+)(?: section ([\d.]*\d))?/, (m) =>
    'https://www.rfc-editor.org/rfc/rfc' + m[1] + (m[2] ? '#section-' + m[2] : '')],
  [/\b([\w-]+\/[\w.-]+)#(\d+)/, (m) =>
    'https://github.com/' + m[1] + '/issues/' + m[2]],
  [/\b(?:https:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,}\/[\w\/.#?=&%~+-]*)/, (m) =>
    'https://' + m[1]],
];

function linked(line) {
  for (const [pattern, target] of SOURCES) {
    const m = pattern.exec(line);
    if (m)
      return [line.slice(0, m.index),
        el('a', { href: target(m), rel: 'noreferrer noopener' }, m[0]),
        line.slice(m.index + m[0].length)];
  }
  return [line];
}
