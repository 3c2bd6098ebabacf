/* global DOMTokenList, document, window, requestAnimationFrame, KeyboardEvent, MutationObserver, WheelEvent */
// What the benchmark does inside a page; each function is sent there as text.

/** Before anything of the page runs: notes when `first` is there, and `last`. */
export function watch([first, last]) {
  window.bench = { start: 0, shown: 0, whole: 0 };
  const { bench } = window;
  // The first that the viewer does: an observer would hear of it when its script has ended.
  const { add } = DOMTokenList.prototype;
  DOMTokenList.prototype.add = function (...names) {
    if (names.includes('np-Standalone')) {
      bench.start = performance.now();
    }
    add.apply(this, names);
  };
  const wanted = [
    [first, 'shown'],
    [last, 'whole']
  ];
  const look = () => {
    while (wanted.length > 0 && document.querySelector(wanted[0][0])) {
      const [, name] = wanted.shift();
      // Painted when a frame after the next one begins.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => (bench[name] = performance.now()))
      );
    }
    if (wanted.length === 0) {
      observer.disconnect();
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['class']
  });
}

/** Does `act` and tells how long it takes until all that follows is painted. */
export async function reaction([act, key]) {
  const frame = () => new Promise(requestAnimationFrame);
  const viewer = document.querySelector('.np-Viewer');
  await new Promise(done => setTimeout(done, 300));
  const start = performance.now();
  if (act === 'tab') {
    viewer.querySelector(`[data-view=${key}]`).click();
  } else if (act === 'tool') {
    [...viewer.querySelectorAll('.np-Tools button')]
      .find(({ textContent }) => textContent === key)
      .click();
  } else {
    viewer
      .querySelector('[role=tabpanel]')
      .dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  }
  do {
    await frame();
    await frame();
  } while (viewer.querySelector('[aria-busy=true]'));
  const took = performance.now() - start;
  await new Promise(done => setTimeout(done, 300));
  return { took };
}

/** Tells how long it takes from the choice of a file until it is compared with, and painted. */
export async function compared() {
  const frame = () => new Promise(requestAnimationFrame);
  const viewer = document.querySelector('.np-Viewer');
  const input = viewer.querySelector('input[type=file]');
  await new Promise(done =>
    input.addEventListener('change', done, { once: true, capture: true })
  );
  const start = performance.now();
  do {
    await frame();
    await frame();
  } while (!viewer.querySelector('.np-CompareGrid .np-Grid-row'));
  const took = performance.now() - start;
  await new Promise(done => setTimeout(done, 300));
  return { took };
}

/** Turns the wheel over `selector`, one event a frame; the times between frames. */
export async function wheel([selector, frames, ctrlKey, turn]) {
  const nodes = [...document.querySelectorAll(selector)];
  const node = nodes.find(node => node.clientHeight > 0);
  const box = node.getBoundingClientRect();
  const frame = () => new Promise(requestAnimationFrame);
  const times = [];
  let before = await frame();
  for (let at = 0; at < frames; at++) {
    // In and out again, a few steps each.
    const deltaY = at % turn < turn / 2 ? -60 : 60;
    const event = new WheelEvent('wheel', {
      bubbles: true,
      cancelable: true,
      clientX: box.left + box.width * (0.3 + 0.05 * (at % 7)),
      clientY: box.top + Math.min(box.height, 300) * 0.6,
      ctrlKey,
      metaKey: ctrlKey,
      deltaY
    });
    if (node.dispatchEvent(event)) {
      // An event that was made up scrolls nothing by itself.
      node.scrollTop -= deltaY;
    }
    const now = await frame();
    times.push(now - before);
    before = now;
  }
  return times;
}
