/** The flame graph in a browser: where its frames are, and what it says of them. */
import { expect, type Locator } from '@playwright/test';

/** The flame graph of a viewer, and what is done to it by pointer. */
export class FlameGraph {
  constructor(readonly viewer: Locator) {
    this.tree = viewer.getByRole('tree', { name: 'Flame graph' });
    this.tools = viewer.locator('.np-Tools .np-Tools');
    this.whole = viewer.getByRole('button', { name: 'Whole cell' });
    this.changes = this.tools.getByRole('button', { name: /changes?$/ });
    this.tip = viewer.locator('.np-Tooltip');
  }

  /** A point of the window: a share of the width, a row from the top. */
  async at(share: number, row: number): Promise<[x: number, y: number]> {
    const box = (await this.tree.boundingBox())!;
    return [box.x + share * box.width, box.y + 20 * row + 10];
  }

  async point(share: number, row: number): Promise<void> {
    const [x, y] = await this.at(share, row);
    // What moved below a pointer that rests is not heard of.
    await this.viewer.page().mouse.move(x - 2, y);
    await this.viewer.page().mouse.move(x, y);
  }

  /** Waits until the frame there has this name. */
  async shows(share: number, row: number, name: string): Promise<void> {
    const title = this.tip.locator('.np-Tooltip-title:visible');
    await expect
      .poll(async () => {
        await this.point(share, row);
        return title.allTextContents();
      })
      .toEqual([name]);
  }

  async context(share: number, row: number, entry: RegExp): Promise<void> {
    const [x, y] = await this.at(share, row);
    await this.viewer.page().mouse.click(x, y, { button: 'right' });
    await this.viewer.getByRole('menuitem', { name: entry }).click();
  }

  async choose(button: string, entry: string): Promise<void> {
    await this.tools.getByRole('button', { name: button }).click();
    await this.viewer
      .getByRole('menuitemradio', { name: entry, exact: true })
      .click();
  }

  readonly tree: Locator;
  readonly tools: Locator;
  readonly whole: Locator;
  readonly changes: Locator;
  readonly tip: Locator;
}
