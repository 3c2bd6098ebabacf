/** Which file and line stand for what is selected. */
import type { ISourceFile } from '../../analysis/sourceFiles';
import { Kind } from '../../model/profile';
import { selectedLine } from '../state';
import type { IViewContext } from '../view';
import type { ISourceLine } from './line';
import { knowsFunctionsAlone, type ISheet } from './sheet';

/** A line of a file. */
export interface ISourcePlace {
  readonly source: ISourceFile;
  readonly line: number;
}

/** True for the same file in the same language. */
export function isSame(a: ISourceFile, b: ISourceFile | undefined): boolean {
  return a.file === b?.file && a.language === b.language;
}

/**
 * The costliest cell, whose text is here; without cells the costliest file, if
 * possible one that can be read: where a relative path begins is not known.
 */
export function firstSource({
  data,
  profile
}: IViewContext): ISourceFile | undefined {
  const { sources } = data;
  return (
    sources.find(({ cell }) => cell >= 0) ??
    sources.find(({ file }) => /^(\/|\w:)/.test(profile.strings[file])) ??
    sources[0]
  );
}

/** The selected line, or the costliest of the selected function, or where that begins; null: none is known. */
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
  for (const [file, begun] of data.definitions) {
    const begins = begun.find(({ func }) => func === selection);
    if (begins) {
      const source = data.sources.find(source => source.file === file)!;
      return { source, line: begins.line };
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
    : (line.begins?.func ?? sheet.lines.function[line.row]) ===
        state.value.selection;
}

/** What stands in for the lines of a file of which none was counted; empty: they were. */
export function whyNoLines(
  { profile, trans }: IViewContext,
  sheet: ISheet | null
): string {
  return sheet && knowsFunctionsAlone(sheet)
    ? trans.__(
        '%1 counts no lines of Python: each function stands as a whole below the line where it begins.',
        profile.meta.engine || trans.__('This engine')
      )
    : '';
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
