import { statisticsOf, TopicCounter } from './topic-counters';

describe('TopicCounter', () => {
  it('counts all records, and those of the last 100 seconds as a rate', () => {
    let now = 1_000_000;
    const counter = new TopicCounter(() => now);
    expect(counter.read()).toBeUndefined();
    for (let i = 0; i < 6; i++) counter.add();
    now += 280;
    expect(counter.read()).toEqual({ total: 6, perSecond: 6 / 99.28, lastMs: 1_000_000 });
    now += 60_000;
    counter.add();
    expect(counter.read()!.perSecond).toBeCloseTo(7 / 99.28);
    now += 50_000;
    expect(counter.read()!.perSecond).toBeCloseTo(1 / 99.28);
    now += 3_600_000;
    expect(counter.read()).toMatchObject({ total: 7, perSecond: 0 });
  });

  it('is described in stock’s layout', () => {
    const counter = new TopicCounter(() => 1_795_231_627_280);
    for (let i = 0; i < 6; i++) counter.add();
    const { text, entries } = statisticsOf(counter, 'localhost:8088');
    expect(text.split('\n')[1]).toBe(
      'messages-per-sec:      0.06   total-messages:         6     last-message: 2026-11-21T03:27:07.280Z',
    );
    expect(entries).toEqual([
      { name: 'messages-per-sec', host: 'localhost:8088', value: 6 / 99.28, timestamp: 1_795_231_627_280 },
      { name: 'total-messages', host: 'localhost:8088', value: 6, timestamp: 1_795_231_627_280 },
    ]);
    expect(statisticsOf(new TopicCounter(() => 0), 'x')).toEqual({ text: '', entries: [] });
  });
});
