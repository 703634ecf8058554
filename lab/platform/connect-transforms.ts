import path from 'node:path';
import type { LabSettings } from '../settings';
import { compiledJar } from './compiled-jar';

/** Folder of the transform that carries keys into values (`resources/connector/transforms`), for the workers' plugin path. */
export async function connectTransforms(settings: LabSettings, kafkaJars: string): Promise<string> {
  const jar = await compiledJar(settings, {
    source: 'resources/connector/transforms/RecordKey.java',
    folder: 'connect-transforms',
    jars: kafkaJars,
    service: {
      interface: 'org.apache.kafka.connect.transforms.Transformation',
      class: 'org.naap.connect.RecordKey',
    },
  });
  return path.dirname(jar);
}
