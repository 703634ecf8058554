import type { DeadLetter } from './parse';
import { planRedrive } from './redrive';

const letter = (
  by: string,
  topic: string | undefined,
  value: Buffer | null = Buffer.from('x'),
): DeadLetter => ({
  topic: 'telemetry.dlq.v1',
  partition: 0,
  offset: '0',
  time: 0,
  ...(topic === undefined ? {} : { origin: { topic, partition: 0, offset: 1n } }),
  by,
  reason: 'out_of_range',
  error: '',
  key: null,
  value,
});

describe('what is sent back', () => {
  const events = letter('ksqldb', 'telemetry.gateway.v1');
  const sample = letter('ksqldb', 'telemetry.gpu_metrics.v1');
  const sunk = letter('raw-gpu-metrics', 'telemetry.gpu_metrics.v1');

  test('is text as it came, and whatever a connector kept; of a typed record ksqlDB kept no bytes', () => {
    const { send, refused } = planRedrive([events, sample, sunk], {});
    expect(send).toEqual([events, sunk]);
    expect(refused).toEqual([{ letter: sample, reason: expect.stringContaining('holds Avro') as string }]);
  });

  test('needs a topic and a value', () => {
    const [homeless, empty] = [letter('ksqldb', undefined), letter('ksqldb', 'telemetry.gateway.v1', null)];
    expect(planRedrive([homeless, empty], {}).send).toEqual([]);
    expect(planRedrive([homeless, sample], { to: 'somewhere' }).send).toEqual([homeless, sample]);
  });
});
