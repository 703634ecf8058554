/**
 * A record of the dead-letter topic with this header says that the dead letter at `<partition>/<offset>` of the same topic was sent
 * back. It is written in the same transaction, so that no interruption can send one twice or lose the note.
 */
export const REDRIVEN_HEADER = 'naap.redriven';

/** Header of a record that was sent back: `<dead-letter topic>/<partition>/<offset>`. */
export const REDRIVEN_FROM_HEADER = 'naap.redriven-from';
