/** The colours of the text shown last: a filter changes costs, not colours. */
import type { ISourceFile } from '../../analysis/sourceFiles';
import type { IToken } from './highlight';

/** Colours one text after another. */
export class Colours {
  /** Of each line of a text, where they are at hand; else empty. */
  known(path: string, text: string): IToken[][] {
    return this._key === keyOf(path, text) ? this._tokens : [];
  }

  /**
   * Colours a text, with the grammar's code on first use.
   *
   * @param path Its suffix tells the language; empty: Python.
   */
  async load(path: string, text: string): Promise<IToken[][]> {
    const { highlight } = await import('./highlight');
    const tokens = await highlight(path, text);
    this._key = keyOf(path, text);
    this._tokens = tokens;
    return tokens;
  }

  private _key = '';
  private _tokens: IToken[][] = [];
}

function keyOf(path: string, text: string): string {
  return `${path}\n${text}`;
}

/** The name that tells the language of a text: a cell has none of its own. */
export function nameOf({ cell, language }: ISourceFile, path: string): string {
  return cell < 0 ? path : language === 'native' ? 'cell.cpp' : '';
}
