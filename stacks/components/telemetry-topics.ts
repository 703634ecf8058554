import * as kafka from '@pulumi/kafka';
import * as pulumi from '@pulumi/pulumi';
import type { DeclaredTopic } from '../topics';

export interface TelemetryTopicsArgs {
  readonly topics: readonly DeclaredTopic[];
  readonly provider: kafka.Provider;
}

/**
 * The topics that producers and connectors write. All are protected and kept when their declaration goes: the provider
 * answers a lowered partition count, or one raised by somebody else, by deleting the topic.
 */
export class TelemetryTopics extends pulumi.ComponentResource {
  readonly names: readonly pulumi.Output<string>[];
  readonly topics: readonly kafka.Topic[];

  constructor(name: string, args: TelemetryTopicsArgs, options?: pulumi.ComponentResourceOptions) {
    super('naap:stack:TelemetryTopics', name, {}, options);
    this.topics = args.topics.map((spec) => this.topic(spec, args.provider));
    this.names = this.topics.map((topic) => topic.name);
    this.registerOutputs({ names: this.names });
  }

  private topic(spec: DeclaredTopic, provider: kafka.Provider): kafka.Topic {
    const { name, partitions, replicationFactor, config } = spec;
    const options = { parent: this, provider, protect: true, retainOnDelete: true };
    return new kafka.Topic(name, { name, partitions, replicationFactor, config }, options);
  }
}
