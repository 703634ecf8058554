import type { QueryAnswer } from '../queries/query-answer';
import type { Exchange } from './exchange';
import type { RowsFormat, RowsFormatFactory } from './row-formats';
import { toWireError } from './wire-error';

/** Sends an answer's rows as they come, at the client's speed. */
export async function streamAnswer(
  exchange: Exchange,
  answer: QueryAnswer,
  makeFormat: RowsFormatFactory,
): Promise<void> {
  exchange.onClose(() => answer.close());
  const format = formatOf(answer, makeFormat);
  const isTombstone = (row: readonly unknown[]): boolean => answer.isTombstone?.(row) ?? false;
  const write = (text: string): boolean => {
    answer.onSent?.(Buffer.byteLength(text));
    return exchange.write(text);
  };
  // Stock sends each row of a push query in a frame of its own, and there are clients that count on it (npm ksqldb-client).
  const rowByRow = exchange.isHttp2 && answer.kind === 'PUSH';
  exchange.begin(200, format.contentType);
  if (rowByRow) await exchange.writeFrame(format.header(answer));
  else write(format.header(answer));
  try {
    for await (const rows of answer.rows) {
      if (exchange.closed) break;
      if (rowByRow) for (const row of rows) await exchange.writeFrame(format.rows([row], isTombstone));
      else if (rows.length > 0 && !write(format.rows(rows, isTombstone))) await exchange.drained();
    }
    exchange.write(format.footer(answer.finalMessage()));
  } catch (error) {
    exchange.write(format.error(toWireError(error)) + format.footer(undefined));
  } finally {
    answer.close();
    exchange.end();
  }
}

/** A query whose rows the format cannot carry has no answer, and must not go on. */
function formatOf(answer: QueryAnswer, makeFormat: RowsFormatFactory): RowsFormat {
  try {
    return makeFormat(answer.columns);
  } catch (error) {
    answer.close();
    throw error;
  }
}
