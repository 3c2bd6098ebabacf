/** Looking at a viewer: pictures of it, and what axe says. */
import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';

export const VIEWS = [
  'Summary',
  'Flame',
  'Graph',
  'Table',
  'Source',
  'Timeline'
] as const;
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Waits until a view has drawn itself and the motion has ended. */
export async function settled(viewer: Locator): Promise<void> {
  await viewer.page().waitForTimeout(400);
  await viewer.evaluate(
    () => new Promise(resolve => requestAnimationFrame(resolve))
  );
}

export async function shoot(
  viewer: Locator,
  view: string,
  theme: string
): Promise<void> {
  await settled(viewer);
  const path = `ui-tests/test-results/views/${view.toLowerCase()}-${theme}.png`;
  await viewer.screenshot({ path });
}

/** What a screen reader says of the focused part of a picture; empty: none has the focus. */
export function said(picture: Locator): Promise<string> {
  return picture.evaluate(
    node =>
      document.getElementById(node.getAttribute('aria-activedescendant') ?? '')
        ?.textContent ?? ''
  );
}

/** What axe is put into: a page, or a frame of one. */
interface IDocument {
  evaluate<T>(work: string | (() => T)): Promise<unknown>;
  evaluate<T, A>(work: (of: A) => T, of: A): Promise<T>;
}

/** The rules of impact serious or critical that the viewer breaks, or another element. */
export async function broken(
  page: IDocument,
  target = '.np-Viewer'
): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async target => {
    interface IResults {
      violations: {
        id: string;
        impact: string;
        nodes: { html: string; failureSummary: string }[];
      }[];
    }
    const { axe } = window as unknown as {
      axe: { run(target: string): Promise<IResults> };
    };
    const { violations } = await axe.run(target);
    return violations
      .filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes[0].html} ${nodes[0].failureSummary} (${nodes.length})`
      );
  }, target);
}
