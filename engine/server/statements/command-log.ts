import type { Broker } from '../broker/broker';
import { readRange } from '../broker/broker';

/** One statement that changed the server's state, as it lies in the command topic. */
export interface Command {
  /** E.g. "stream/`GPU`/create". */
  readonly id: string;
  /** The statement with everything that was looked up written out, so that it means the same when it is read again. */
  readonly statement: string;
  /** Overrides that the request came with. */
  readonly streamsProperties: Readonly<Record<string, string>>;
  /** The number that query ids of this statement carry. */
  readonly queryNumber: number;
}
export interface NumberedCommand extends Command {
  readonly offset: number;
}

const FOREVER = '-1';

/** The command topic: what makes the server's state, in order. One partition, kept for ever. */
export class CommandLog {
  private end = 0;

  private constructor(
    private readonly broker: Broker,
    readonly topic: string,
  ) {}

  /** Opens the topic of a service, made when it is missing, and reads all commands. */
  static async open(
    broker: Broker,
    serviceId: string,
    replicas: number,
  ): Promise<{ log: CommandLog; commands: readonly NumberedCommand[] }> {
    const log = new CommandLog(broker, `_confluent-ksql-${serviceId}_command_topic`);
    if (!(await broker.topic(log.topic))) {
      await broker.createTopics([
        {
          name: log.topic,
          partitions: 1,
          replicas,
          configs: { 'cleanup.policy': 'delete', 'retention.ms': FOREVER },
        },
      ]);
    }
    return { log, commands: await log.readAll() };
  }

  /** Offset that the next command will get. */
  get nextOffset(): number {
    return this.end;
  }

  async append(command: Command): Promise<number> {
    const value = JSON.stringify({ version: 1, ...command });
    const [offset] = await this.broker.append([
      {
        topic: this.topic,
        partition: 0,
        timestamp: Date.now(),
        key: Buffer.from(command.id),
        value: Buffer.from(value),
      },
    ]);
    this.end = offset! + 1;
    return offset!;
  }

  private async readAll(): Promise<NumberedCommand[]> {
    const place = [{ topic: this.topic, partition: 0 }];
    const key = `${this.topic}/0`;
    const from = (await this.broker.offsets(place, 'EARLIEST')).get(key) ?? 0;
    this.end = (await this.broker.offsets(place, 'LATEST')).get(key) ?? 0;
    const commands: NumberedCommand[] = [];
    await readRange(this.broker, place[0]!, { from, to: this.end }, (records) => {
      for (const { value, offset } of records)
        if (value) commands.push({ ...parseCommand(value, this.topic, offset), offset });
    });
    return commands;
  }
}

function parseCommand(value: Buffer, topic: string, offset: number): Command {
  const found = JSON.parse(value.toString('utf8')) as Partial<Command> & { version?: number };
  const isComplete =
    found.version === 1 && typeof found.statement === 'string' && typeof found.id === 'string';
  if (!isComplete) {
    throw new Error(
      `topic "${topic}" holds a command at offset ${offset} that this engine did not write: give the local engine a ksql.service.id of its own`,
    );
  }
  return {
    id: found.id,
    statement: found.statement,
    streamsProperties: found.streamsProperties ?? {},
    queryNumber: found.queryNumber ?? offset,
  };
}
