import { gpuLine, summariseGpus } from './demo-gpus';

const rows = (...values: (readonly unknown[])[]) => ({ columns: [], rows: values });

describe("the demo's line about GPUs", () => {
  test('counts GPUs, samples and alerts, and spans their health', () => {
    const summary = summariseGpus(
      rows([3, 79.6], [4, 100], [1, null]),
      rows(['raised'], ['raised'], ['resolved']),
    );
    expect(summary).toEqual({ gpus: 3, samples: 8, health: [79.6, 100], alertsRaised: 2, alertsResolved: 1 });
    expect(gpuLine(summary)).toBe('3 GPUs, 8 samples, health 80 to 100; 2 alerts raised, 1 resolved.');
  });

  test('does not invent a score', () => {
    expect(gpuLine(summariseGpus(rows([1, null]), rows()))).toBe(
      '1 GPUs, 1 samples, health not known yet; 0 alerts raised, 0 resolved.',
    );
  });
});
