import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { Environment } from '../environment-schema';
import type { SinkDefinition } from '../sinks';
import { JOB_SECRETS, upkeepTask } from '../upkeep-job';

const NAME = 'lake-upkeep';
const FILES = '/etc/naap';
const LABELS = { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/part-of': 'naap' };
/** Nobody in particular. */
const USER_ID = 10_001;
const DEADLINE_S = 3_300;

export interface LakeUpkeepArgs {
  readonly environment: Environment;
  readonly upkeep: NonNullable<Environment['lake']['upkeep']>;
  readonly sinks: readonly SinkDefinition[];
  /** Text of `lake/upkeep/Upkeep.java`. */
  readonly program: string;
  readonly provider: kubernetes.Provider;
}

/** Upkeep of the lake on a schedule: one run at a time, and one that was interrupted is repeated by the next. */
export class LakeUpkeep extends pulumi.ComponentResource {
  constructor(
    name: string,
    private readonly args: LakeUpkeepArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('naap:stack:LakeUpkeep', name, {}, options);
    const { environment, sinks, program } = args;
    const task = JSON.stringify(upkeepTask(environment, sinks), null, 2);
    const data = { 'Upkeep.java': program, 'task.json': task };
    const files = new kubernetes.core.v1.ConfigMap(NAME, { metadata: this.metadata(), data }, this.child());
    new kubernetes.batch.v1.CronJob(
      NAME,
      { metadata: this.metadata(), spec: this.spec(files) },
      this.child(),
    );
    this.registerOutputs({});
  }

  private spec(files: kubernetes.core.v1.ConfigMap): kubernetes.types.input.batch.v1.CronJobSpec {
    const { schedule } = this.args.upkeep;
    return {
      schedule,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 600,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 1,
          activeDeadlineSeconds: DEADLINE_S,
          template: { metadata: { labels: LABELS }, spec: this.pod(files) },
        },
      },
    };
  }

  private pod(files: kubernetes.core.v1.ConfigMap): kubernetes.types.input.core.v1.PodSpec {
    const { image, secret } = this.args.upkeep;
    return {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER_ID,
        fsGroup: USER_ID,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [container(image)],
      volumes: [
        { name: 'files', configMap: { name: files.metadata.name } },
        { name: 'secrets', secret: { secretName: secret, defaultMode: 0o440 } },
        { name: 'tmp', emptyDir: {} },
      ],
    };
  }

  private metadata(): kubernetes.types.input.meta.v1.ObjectMeta {
    return { name: NAME, namespace: this.args.upkeep.namespace, labels: LABELS };
  }

  private child(): pulumi.CustomResourceOptions {
    return { parent: this, provider: this.args.provider };
  }
}

function container(image: string): kubernetes.types.input.core.v1.Container {
  return {
    name: NAME,
    image,
    command: ['java'],
    args: ['-Xmx768m', '-cp', '/opt/iceberg/lib/*', `${FILES}/Upkeep.java`, `${FILES}/task.json`],
    resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '1536Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'files', mountPath: FILES, readOnly: true },
      { name: 'secrets', mountPath: JOB_SECRETS, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}
