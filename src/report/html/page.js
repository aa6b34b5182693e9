// Shows and hides what the page holds; all of it is there without this script too.

{
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  document.documentElement.classList.add('script');

  const chains = all('[data-chain]');
  const scenes = all('[data-scene]');
  const picker = document.getElementById('scene');

  const showScene = (index) => {
    for (const scene of scenes) scene.classList.toggle('chosen', scene.dataset.scene === String(index));
    if (picker) picker.value = String(index);
  };

  /** Lights the way of a path up, or all of the picture again. */
  const light = (path) => {
    for (const scene of scenes) {
      const way = scene.querySelector(`[data-way="${path}"]`);
      const on = new Set(way ? way.dataset.nodes.split(' ') : []);
      scene.querySelector('.picture').classList.toggle('lit', way !== null);
      for (const node of all('.node', scene)) node.classList.toggle('on', on.has(node.dataset.node));
      for (const edge of all('.edge', scene))
        edge.classList.toggle('on', on.has(edge.dataset.from) && on.has(edge.dataset.to));
      if (way) showScene(scene.dataset.scene);
    }
  };

  const choosePath = (path) => {
    for (const button of all('.path'))
      button.setAttribute('aria-expanded', String(button.dataset.path === path));
    for (const chain of chains) chain.classList.toggle('chosen', chain.dataset.chain === path);
    light(path);
  };

  for (const button of all('.path')) {
    button.addEventListener('click', () => {
      const isOpen = button.getAttribute('aria-expanded') === 'true';
      choosePath(isOpen ? undefined : button.dataset.path);
    });
  }

  const chooseNode = (node) => {
    const isChosen = node.classList.contains('chosen');
    for (const other of all('.node')) other.classList.toggle('chosen', other === node && !isChosen);
    for (const details of all('.node-details')) {
      const isIts = details.dataset.details === node.dataset.node && !isChosen;
      details.classList.toggle('chosen', isIts);
      if (isIts) details.scrollIntoView({ block: 'nearest' });
    }
  };

  for (const node of all('.node')) {
    node.addEventListener('click', () => chooseNode(node));
    node.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      chooseNode(node);
    });
  }

  if (picker) picker.addEventListener('change', () => showScene(picker.value));
  if (scenes.length > 0) showScene(0);

  const filter = document.querySelector('.filter');
  if (filter) {
    const findings = all('.finding').map((item) => ({ item, text: item.textContent.toLowerCase() }));
    const shown = filter.querySelector('[data-shown]');
    const apply = () => {
      const severities = new Set(all('[name=severity]:checked', filter).map(({ value }) => value));
      const area = filter.elements.area.value;
      const words = filter.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const { item, text } of findings) {
        const fits =
          severities.has(item.dataset.severity) &&
          (area === '' || item.dataset.area === area) &&
          words.every((word) => text.includes(word));
        item.hidden = !fits;
        if (fits) count++;
      }
      shown.value =
        count === findings.length
          ? `${count} finding${count === 1 ? '' : 's'}`
          : `${count} of ${findings.length} findings`;
    };
    filter.addEventListener('input', apply);
    filter.addEventListener('submit', (event) => event.preventDefault());
  }

  // The first path that is not covered is what the reader came for.
  const first = document.querySelector('tr.bad .path');
  if (first) choosePath(first.dataset.path);

  // Nothing is folded on paper.
  addEventListener('beforeprint', () => {
    for (const details of all('details')) details.open = true;
  });
}
