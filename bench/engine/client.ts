import { Agent, request } from 'node:http';

/** One kept-alive connection to a ksqlDB server. */
export class KsqlClient {
  private readonly agent = new Agent({ keepAlive: true });
  constructor(private readonly url: string) {}

  post(path: string, body: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const outgoing = request(this.url + path, { method: 'POST', agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(text));
        });
      });
      outgoing.on('error', reject);
      outgoing.setHeader('content-type', 'application/vnd.ksql.v1+json');
      outgoing.end(JSON.stringify(body));
    });
  }

  statements(ksql: string): Promise<unknown> {
    return this.post('/ksql', { ksql, streamsProperties: { 'auto.offset.reset': 'earliest' } });
  }

  /** How many rows a pull query gives. */
  async countRows(ksql: string): Promise<number> {
    const answer = (await this.post('/query', { ksql })) as { row?: unknown }[];
    return answer.filter((part) => part.row !== undefined).length;
  }

  /** Records that the query behind a source has still to read; undefined before it has committed anything. */
  async lag(source: string): Promise<number | undefined> {
    interface Offset {
      readonly logEndOffset: number;
      readonly consumerOffset: number;
    }
    const [answer] = (await this.post('/ksql', { ksql: `DESCRIBE ${source} EXTENDED;` })) as [
      {
        sourceDescription: {
          writeQueries: { state: string }[];
          queryOffsetSummaries: { topicSummaries: { offsets: Offset[] }[] }[];
        };
      },
    ];
    const { writeQueries, queryOffsetSummaries } = answer.sourceDescription;
    if (writeQueries.some(({ state }) => state === 'ERROR'))
      throw new Error(`the query behind ${source} failed`);
    const offsets = queryOffsetSummaries.flatMap(({ topicSummaries }) =>
      topicSummaries.flatMap((summary) => summary.offsets),
    );
    if (offsets.length === 0) return undefined;
    return offsets.reduce((sum, { logEndOffset, consumerOffset }) => sum + logEndOffset - consumerOffset, 0);
  }

  close(): void {
    this.agent.destroy();
  }
}
