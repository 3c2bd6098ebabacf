/** The keys that work anywhere in a viewer. */
import { viewsOf } from './registry';
import type { Viewer } from './viewer';

/**
 * Handles a key that no view took. What is handled, and every plain letter,
 * stays here: in a notebook's command mode `d d` would delete the cell.
 */
export function handleKey(viewer: Viewer, event: KeyboardEvent): void {
  const { target } = event;
  const typing = target instanceof HTMLInputElement && target.type === 'text';
  if (event.ctrlKey || event.metaKey || event.altKey) {
    if (isCopy(event)) {
      copyName(viewer, event, typing);
    } else {
      handleUndo(viewer, event, typing && target.value !== '');
    }
    return;
  }
  const handled = typing
    ? handleTyping(viewer, event)
    : !event.defaultPrevented && handleCommand(viewer, event);
  if (handled) {
    event.preventDefault();
    // What had the focus may be gone: the next key must not reach the notebook.
    viewer.keepFocus();
  }
  if (handled || event.key.length === 1) {
    event.stopPropagation();
  }
}

function isCopy({ key, altKey, shiftKey }: KeyboardEvent): boolean {
  return key.toLowerCase() === 'c' && !altKey && !shiftKey;
}

/** The name of the selected function, unless text is chosen: that is copied. */
function copyName(viewer: Viewer, event: KeyboardEvent, typing: boolean): void {
  if (!typing && (getSelection()?.isCollapsed ?? true)) {
    if (viewer.commands.copySelection()) {
      event.preventDefault();
      event.stopPropagation();
    }
  }
}

/** Undo and redo here, not in the notebook; in a text that is typed its own. */
function handleUndo(
  viewer: Viewer,
  event: KeyboardEvent,
  typing: boolean
): void {
  const key = event.key.toLowerCase();
  if (event.altKey || (key !== 'z' && key !== 'y')) {
    return;
  }
  event.stopPropagation();
  if (!typing) {
    event.preventDefault();
    if (key === 'y' || event.shiftKey) {
      viewer.commands.redo();
    } else {
      viewer.commands.undo();
    }
    viewer.keepFocus();
  }
}

function handleTyping(viewer: Viewer, event: KeyboardEvent): boolean {
  if (event.key === 'Escape') {
    viewer.state.set({ search: '' });
    viewer.activeView?.focus();
    return true;
  }
  if (event.key === 'Enter') {
    viewer.activeView?.focus();
    return true;
  }
  return false;
}

function handleCommand(viewer: Viewer, event: KeyboardEvent): boolean {
  const view = viewsOf(viewer.context.profile)[Number(event.key) - 1];
  if (view) {
    viewer.showView(view.id);
    return true;
  }
  switch (event.key) {
    case 'Escape':
      return viewer.back();
    case '/':
      viewer.focusSearch();
      return true;
    case '?':
      viewer.toggleHelp();
      return true;
    case 'p':
      viewer.commands.togglePlumbing();
      return true;
    case 'a':
      viewer.commands.toggleAttributed();
      return true;
    case 'v':
      viewer.openPicker('value');
      return true;
    case 't':
      viewer.openPicker('lane');
      return true;
    case 'u':
      viewer.commands.undo();
      return true;
    case 'U':
      viewer.commands.redo();
      return true;
    case 'B':
      viewer.toggleBeside();
      return true;
    case 'F6':
      return viewer.goAcross();
    case 'b':
      viewer.chooseOther();
      return true;
    case 'o':
      void viewer.commands.revealSelection();
      return true;
    default:
      return passOn(viewer, event);
  }
}

/** A letter pressed on a tab or a button of the header is meant for the view. */
function passOn(
  viewer: Viewer,
  { key, target, shiftKey }: KeyboardEvent
): boolean {
  const view = viewer.activeView;
  if (key.length !== 1 || key === ' ' || view?.node.contains(target as Node)) {
    return false;
  }
  view?.focus();
  const { activeElement } = document;
  if (!activeElement || !view?.node.contains(activeElement)) {
    return false;
  }
  const same = { key, shiftKey, bubbles: true, cancelable: true };
  activeElement.dispatchEvent(new KeyboardEvent('keydown', same));
  return true;
}
