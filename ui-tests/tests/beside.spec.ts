/** Two views side by side in a wide place, by pointer and by keys alone. */
import { expect, type Locator, type Page } from '@playwright/test';
import { test, type IAlone } from './alone';
import { coloursIn, showView } from './lab';
import { broken, settled, shoot } from './look';

/** The parts of a viewer that two views side by side are made of. */
class Sides {
  constructor(readonly page: Page) {
    this.viewer = page.locator('.np-Viewer');
    this.button = this.viewer.getByRole('button', { name: 'A second view' });
    this.first = this.viewer.getByRole('tabpanel');
    this.second = this.viewer.getByRole('region', { name: /^Beside: / });
    this.divider = this.viewer.getByRole('separator');
    this.graph = this.viewer.getByRole('tree', { name: 'Call graph' });
    this.source = this.viewer.locator('.np-Source-grid');
    this.line = this.source.locator('[aria-selected="true"]');
  }

  /** The share of the width that the first view has, in percent. */
  async share(): Promise<number> {
    const [first, second] = await Promise.all(
      [this.first, this.second].map(async part => (await part.boundingBox())!)
    );
    return Math.round((100 * first.width) / (first.width + second.width));
  }

  /** What a screen reader hears of the focused node of the graph. */
  async node(): Promise<string> {
    const id = await this.graph.getAttribute('aria-activedescendant');
    return (await this.page.locator(`[id="${id}"]`).textContent()) ?? '';
  }

  readonly viewer: Locator;
  readonly button: Locator;
  readonly first: Locator;
  readonly second: Locator;
  readonly divider: Locator;
  readonly graph: Locator;
  readonly source: Locator;
  readonly line: Locator;
}

async function openReport(alone: IAlone): Promise<Sides> {
  const page = await alone.open(alone.report('--html'));
  const sides = new Sides(page);
  await expect(sides.viewer).toBeVisible();
  await expect(sides.button).toBeVisible();
  return sides;
}

test('the source stands beside the graph, by pointer', async ({ alone }) => {
  const sides = await openReport(alone);
  const { page, viewer, first, second, divider } = sides;
  await showView(viewer, 'Graph');
  await expect(second).toHaveCount(0);
  await sides.button.click();
  await expect(second).toHaveAttribute('aria-label', 'Beside: Source');
  await expect(sides.source).toBeVisible();
  await expect
    .poll(() => coloursIn(first.locator('.np-Stage canvas')))
    .toBeGreaterThan(3);

  await test.step('a line of the source is selected in the graph', async () => {
    const line = sides.source.getByRole('gridcell', {
      name: /^ordered = sorted/
    });
    await line.click();
    await expect.poll(() => sides.node()).toContain('pipeline');
    expect(await broken(page)).toEqual([]);
  });

  await test.step('a function of the graph is shown in the source', async () => {
    const box = (await sides.graph.boundingBox())!;
    const before = await sides.line.textContent();
    // An empty spot selects nothing; functions without source leave the line.
    for (let at = 0; (await sides.line.textContent()) === before; at++) {
      const x = box.x + 40 + 80 * (at % 6);
      const y = box.y + 20 + 30 * Math.floor(at / 6);
      expect(y).toBeLessThan(box.y + box.height);
      await page.mouse.click(x, y);
    }
    await expect.poll(() => sides.node()).not.toContain('pipeline');
  });

  await test.step('each has its tools above it', async () => {
    await expect(first.locator('.np-Pane-name')).toHaveText('Graph');
    await expect(first.locator('.np-Range')).toBeVisible();
    await expect(second.locator('.np-Source-picker')).toBeVisible();
  });

  await test.step('the divider is dragged', async () => {
    expect(await sides.share()).toBe(50);
    const box = (await divider.boundingBox())!;
    await page.mouse.move(box.x, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x - 150, box.y + 210);
    await page.mouse.move(box.x - 180, box.y + 200);
    await page.mouse.up();
    await page.mouse.move(box.x + 200, box.y);
    await expect.poll(() => sides.share()).toBe(35);
    await expect(divider).toHaveAttribute('aria-valuenow', '35');
    await divider.dblclick();
    await expect.poll(() => sides.share()).toBe(50);
  });

  await test.step('it looks as it should', async () => {
    await page.mouse.move(0, 0);
    await shoot(viewer, 'beside', 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(page.locator('body')).toHaveAttribute(
      'data-jp-theme-light',
      'false'
    );
    await shoot(viewer, 'beside', 'dark');
    expect(await broken(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  await test.step('another view is chosen, and every pair is in order', async () => {
    for (const name of ['Summary', 'Flame', 'Table', 'Timeline']) {
      await second.locator('.np-Picker.np-mod-beside').click();
      await viewer.getByRole('menuitemradio', { name }).click();
      await expect(second).toHaveAttribute('aria-label', `Beside: ${name}`);
      await settled(viewer);
      expect(await broken(page), name).toEqual([]);
    }
    await shoot(viewer, 'beside-timeline', 'light');
  });

  await test.step('in a narrow place one view is left, and the choice', async () => {
    const size = page.viewportSize()!;
    await page.setViewportSize({ width: 900, height: size.height });
    await expect(second).toHaveCount(0);
    await expect(sides.button).toBeHidden();
    await expect(viewer.locator('.np-View:visible')).toHaveCount(1);
    await page.setViewportSize(size);
    await expect(second).toHaveAttribute('aria-label', 'Beside: Timeline');
    await sides.button.click();
    await expect(second).toHaveCount(0);
  });
  expect(alone.wrong).toEqual([]);
});

test('and by keyboard alone', async ({ alone }) => {
  const sides = await openReport(alone);
  const { page, viewer, second, divider, graph, source } = sides;
  const { keyboard } = page;
  await viewer.getByRole('tab', { name: 'Summary' }).focus();
  await keyboard.press('3');
  await expect(graph).toBeFocused();
  await keyboard.press('Shift+B');
  await expect(source).toBeVisible();
  await expect(graph).toBeFocused();

  await test.step('F6 goes across; the selection is one', async () => {
    await keyboard.press('F6');
    await expect(source).toBeFocused();
    await keyboard.press('Home');
    await keyboard.press('n');
    await expect(sides.line).toContainText('%');
    await expect.poll(() => sides.node()).not.toBe('');
    const before = await sides.node();
    await keyboard.press('F6');
    await expect(graph).toBeFocused();
    await keyboard.press('ArrowRight');
    await expect.poll(() => sides.node()).not.toBe(before);
  });

  await test.step('a view that is there already is gone to', async () => {
    await keyboard.press('5');
    await expect(source).toBeFocused();
    await expect(second).toHaveAttribute('aria-label', 'Beside: Source');
    await keyboard.press('3');
    await expect(graph).toBeFocused();
  });

  await test.step('Tab reaches the divider and the choice of the view', async () => {
    const picker = second.locator('.np-Picker.np-mod-beside');
    const reach = async (part: Locator): Promise<void> => {
      await expect(async () => {
        await keyboard.press('Tab');
        expect(await part.evaluate(n => n === document.activeElement)).toBe(
          true
        );
      }).toPass();
    };
    await reach(divider);
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowRight');
    await expect(divider).toHaveAttribute('aria-valuenow', '54');
    expect(await sides.share()).toBe(54);
    await keyboard.press('End');
    await expect(divider).toHaveAttribute('aria-valuenow', '80');
    await reach(picker);
    await keyboard.press('Enter');
    await keyboard.press('Home');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await expect(second).toHaveAttribute('aria-label', 'Beside: Flame');
    await expect(picker).toBeFocused();
  });

  await test.step('each step is undone', async () => {
    await keyboard.press('Control+z');
    await expect(second).toHaveAttribute('aria-label', 'Beside: Source');
    await keyboard.press('Control+z');
    await expect(divider).toHaveAttribute('aria-valuenow', '50');
  });

  await test.step('what is gone leaves the focus to the other', async () => {
    await keyboard.press('F6');
    await keyboard.press('F6');
    await expect(source).toBeFocused();
    await keyboard.press('Shift+B');
    await expect(second).toHaveCount(0);
    await expect(graph).toBeFocused();
  });
  expect(alone.wrong).toEqual([]);
});
