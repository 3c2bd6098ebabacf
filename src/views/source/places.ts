/** Which file and line stand for what is selected. */
import type { ISourceFile } from '../../analysis/sourceFiles';
import { Kind } from '../../model/profile';
import { selectedLine } from '../state';
import type { IViewContext } from '../view';
import type { ISourceLine } from './sheet';
import type { ISheet } from './sheet';

/** A line of a file. */
export interface ISourcePlace {
  readonly source: ISourceFile;
  readonly line: number;
}

/** True for the same file in the same language. */
export function isSame(a: ISourceFile, b: ISourceFile | undefined): boolean {
  return a.file === b?.file && a.language === b.language;
}

/** The costliest cell, whose text is here; without cells the costliest file. */
export function firstSource({ data }: IViewContext): ISourceFile | undefined {
  const { sources } = data;
  return sources.find(({ cell }) => cell >= 0) ?? sources[0];
}

/** The selected line, or the costliest of the selected function; null: none is known. */
export function selectedPlace({
  data,
  state
}: IViewContext): ISourcePlace | null {
  const { selection } = state.value;
  const place = selectedLine(state.value);
  for (const lines of [data.lines, data.nativeLines]) {
    const row = place ? -1 : lines.function.indexOf(selection);
    const file = place?.file ?? (row < 0 ? -1 : lines.file[row]);
    const source = data.sources.find(source => source.file === file);
    if (source) {
      return { source, line: place?.line ?? lines.line[row] };
    }
  }
  return null;
}

/** Whether a line of the shown file is the one that is selected. */
export function isSelected(
  { state }: IViewContext,
  sheet: ISheet | null,
  line: ISourceLine | undefined
): boolean {
  const place = selectedLine(state.value);
  if (!sheet || !line) {
    return false;
  }
  return place
    ? sheet.source.file === place.file && line.number === place.line
    : line.row >= 0 && sheet.lines.function[line.row] === state.value.selection;
}

/** What to do where the selected function has no source; empty: it has. */
export function whyNoSource(context: IViewContext): string {
  const { profile, state, trans } = context;
  const { instructions, selection } = state.value;
  const { kind, name } = profile.functions;
  if (
    instructions ||
    selection < 0 ||
    kind[selection] !== Kind.Native ||
    selectedPlace(context)
  ) {
    return '';
  }
  const symbol = profile.strings[name[selection]];
  return profile.code?.function.includes(selection)
    ? trans.__(
        'Where the source of %1 is, is not known: its library has no debug information. Its instructions are there (d).',
        symbol
      )
    : trans.__(
        'Where the source of %1 is, is not known: its library has no debug information.',
        symbol
      );
}
