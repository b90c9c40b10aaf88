// timeline.js - what happened in a run, from its trace.

function timeline(trace, run) {
  return el('section', {}, el('h3', {}, 'What happened'),
    factList(trace, run.scale || 1));
}
