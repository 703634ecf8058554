import { createHash } from 'node:crypto';
import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { stringify } from 'yaml';
import type { Environment } from '../../environment-schema';
import type { ScraperSettings } from '../../scraper-schema';
import { scraperConfig } from './config';
import { networkPolicySpec } from './network';
import { podTemplate } from './pod';

const NAME = 'scraper';
const LABELS = { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/part-of': 'naap' };
/** A one-shot run that hangs must not keep the next one from starting for ever. */
const JOB_SECONDS = 600;

export interface ScraperDeploymentArgs {
  readonly environment: Environment;
  readonly scraper: ScraperSettings;
  readonly provider: kubernetes.Provider;
}

/** The scraper in Kubernetes, as a Deployment or a CronJob: configuration, volume, network policy, disruption budget. */
export class ScraperDeployment extends pulumi.ComponentResource {
  private readonly options: pulumi.CustomResourceOptions;
  private readonly metadata: kubernetes.types.input.meta.v1.ObjectMeta;

  constructor(
    name: string,
    private readonly args: ScraperDeploymentArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('naap:stack:ScraperDeployment', name, {}, options);
    this.options = { parent: this, provider: args.provider };
    this.metadata = { name: NAME, namespace: args.scraper.namespace, labels: LABELS };
    const template = this.template();
    const { run } = args.scraper;
    if (run.as === 'cronjob') this.cronJob(run.schedule, template);
    else this.deployment(template);
    this.networkPolicy();
    this.registerOutputs({});
  }

  private template(): kubernetes.types.input.core.v1.PodTemplateSpec {
    const { environment, scraper } = this.args;
    const text = stringify(scraperConfig(environment, scraper));
    const config = new kubernetes.core.v1.ConfigMap(
      NAME,
      { metadata: this.metadata, data: { 'scraper.yaml': text } },
      this.options,
    );
    const configHash = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const { name: claim } = this.bufferClaim().metadata;
    return podTemplate({ scraper, labels: LABELS, configMap: config.metadata.name, configHash, claim });
  }

  /** Outlives pods: what a broker has not taken yet is sent by the next one. */
  private bufferClaim(): kubernetes.core.v1.PersistentVolumeClaim {
    const { size, storageClass } = this.args.scraper.buffer;
    const spec = {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: size } },
      storageClassName: storageClass,
    };
    const metadata = { ...this.metadata, name: `${NAME}-buffer` };
    return new kubernetes.core.v1.PersistentVolumeClaim(`${NAME}-buffer`, { metadata, spec }, this.options);
  }

  private deployment(template: kubernetes.types.input.core.v1.PodTemplateSpec): void {
    const spec = {
      replicas: this.args.scraper.replicas,
      // Two at once would poll everything twice, and the volume belongs to one.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: LABELS },
      template,
    };
    new kubernetes.apps.v1.Deployment(NAME, { metadata: this.metadata, spec }, this.options);
    // One pod may go, or no node could ever be drained; never more than that at a time.
    const budget = { maxUnavailable: 1, selector: { matchLabels: LABELS } };
    new kubernetes.policy.v1.PodDisruptionBudget(
      NAME,
      { metadata: this.metadata, spec: budget },
      this.options,
    );
  }

  private cronJob(schedule: string, template: kubernetes.types.input.core.v1.PodTemplateSpec): void {
    const spec = {
      schedule,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: JOB_SECONDS,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      // A run that could not send keeps its events; the next one sends them.
      jobTemplate: { spec: { backoffLimit: 0, activeDeadlineSeconds: JOB_SECONDS, template } },
    };
    new kubernetes.batch.v1.CronJob(NAME, { metadata: this.metadata, spec }, this.options);
  }

  private networkPolicy(): void {
    const { environment, scraper } = this.args;
    const spec = networkPolicySpec(environment, scraper, LABELS);
    new kubernetes.networking.v1.NetworkPolicy(NAME, { metadata: this.metadata, spec }, this.options);
  }
}
