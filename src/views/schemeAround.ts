/**
 * Whether the page around a sandboxed frame is dark. The frame cannot ask that
 * page, and its media queries know the system alone. So the style sheet beside
 * the frame (`nativeprofile/render/embed.py`), which does see how the page marks
 * its theme, cuts a strip off the frame's left edge; how wide that is an
 * IntersectionObserver tells inside, as it does for anything that is cut off.
 */
import { el } from './dom';

/** CSS pixels cut off: nothing says nothing; `embed.py` has the same. */
const CUT = { light: 8, dark: 16 } as const;
/** What is watched is wider, so that the frame is known to be in sight. */
const WATCHED = 24;
/** Zoom rounds to the pixels of the screen. */
const NEAR = 2;
const STEPS = 100;

export type Scheme = keyof typeof CUT;

/**
 * Calls `told` with what the page around says, null: nothing, and again after
 * each change. The strip that is cut off is kept free at the left of the body.
 */
export function watchSchemeAround(told: (scheme: Scheme | null) => void): void {
  const strip = el('div', { attrs: { 'aria-hidden': true } });
  strip.style.cssText = `position:fixed;inset:0 auto 0 0;width:${WATCHED}px;visibility:hidden`;
  const observer = new IntersectionObserver(
    entries => {
      const { width } = entries[entries.length - 1].intersectionRect;
      const scheme = schemeOf(WATCHED - width);
      if (scheme !== undefined) {
        document.body.style.marginLeft = `${scheme ? CUT[scheme] : 0}px`;
        told(scheme);
      }
    },
    { threshold: Array.from({ length: STEPS + 1 }, (_, step) => step / STEPS) }
  );
  document.body.append(strip);
  observer.observe(strip);
}

/** What a strip of this width says; undefined: it is scrolled away, which says nothing. */
function schemeOf(cut: number): Scheme | null | undefined {
  const is = (wide: number): boolean => Math.abs(cut - wide) <= NEAR;
  return is(0)
    ? null
    : is(CUT.light)
      ? 'light'
      : is(CUT.dark)
        ? 'dark'
        : undefined;
}
