import { z } from 'zod';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';

/** A topic as declared. */
export interface Topic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
  /** Never deleted, and so never replaced. */
  readonly protect: boolean;
}

/** A topic as the cluster has it; `config` holds every key, also the broker's defaults. */
export interface LiveTopic {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

const inputs = z.object({
  name: z.string(),
  partitions: z.int().min(1),
  replicationFactor: z.int().min(1),
  config: z.record(z.string(), z.string()).default({}),
});

export function parseTopic(resource: DeclaredResource): Topic {
  return { ...parseInputs(resource, inputs), protect: resource.options.protect };
}
