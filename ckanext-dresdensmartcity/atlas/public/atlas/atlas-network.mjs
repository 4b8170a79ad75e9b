// Points out the neighbours of the node that the pointer or the focus is on. The drawing is complete without it.
const drawing = document.getElementById('network');

function look(node) {
  const lit = new Set([node.dataset.key, ...node.dataset.near.split(' ').filter(Boolean)]);
  if (node.dataset.key.startsWith('actor/')) {
    // Of an actor also those that its projects tie to it.
    for (const project of node.dataset.near.split(' ').filter(Boolean)) {
      const found = drawing.querySelector(`[data-key="${CSS.escape(project)}"]`);
      for (const key of found?.dataset.near.split(' ') ?? []) lit.add(key);
    }
  }
  drawing.classList.add('network-looking');
  for (const one of drawing.querySelectorAll('.network-node')) one.classList.toggle('network-lit', lit.has(one.dataset.key));
  for (const line of drawing.querySelectorAll('line')) {
    line.classList.toggle('network-lit', line.dataset.ends.split(' ').every((end) => lit.has(end)));
  }
}

function stop() {
  drawing.classList.remove('network-looking');
  for (const one of drawing.querySelectorAll('.network-lit')) one.classList.remove('network-lit');
}

if (drawing) {
  for (const node of drawing.querySelectorAll('.network-node')) {
    node.addEventListener('pointerenter', () => look(node));
    node.addEventListener('pointerleave', stop);
    node.addEventListener('focus', () => look(node));
    node.addEventListener('blur', stop);
  }
  drawing.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') stop();
  });
}
