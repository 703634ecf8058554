/** A text that is read as SQL, with where it came from, so that every diagnostic can point into it. */
export interface Source {
  /** File name or another label shown before the position. */
  readonly name: string;
  readonly text: string;
}

/** A half-open range of UTF-16 code units in a source. */
export interface Span {
  /** 0-based offset of the first character. */
  readonly start: number;
  /** 0-based offset after the last character. */
  readonly end: number;
  /** 1-based line of `start`. */
  readonly line: number;
  /** 1-based column of `start`. */
  readonly column: number;
}

/** The place of something that was made by the program and stands in no text. */
export const NOWHERE: Span = Object.freeze({ start: 0, end: 0, line: 0, column: 0 });

export function createSource(text: string, name = '<statement>'): Source {
  return Object.freeze({ name, text });
}
