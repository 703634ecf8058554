import type { CompiledQuery } from '../../engine/testing/case-world';

interface Cost {
  processMs: number;
  flushMs: number;
  records: number;
  emitted: number;
}

/** Adds up what the tasks of each query take. */
export class TaskCosts {
  private readonly costs = new Map<string, Cost>();
  private cpu = process.cpuUsage();

  /** The query, with a clock around all that its tasks do. */
  measured(query: CompiledQuery): CompiledQuery {
    const { topology } = query;
    const cost: Cost = { processMs: 0, flushMs: 0, records: 0, emitted: 0 };
    this.costs.set(topology.queryId, cost);
    return {
      ...query,
      topology: {
        ...topology,
        prepare: () => topology.prepare(),
        createTask: (sub, partition, deps) => {
          const emit: typeof deps.emit = (record) => {
            cost.emitted++;
            deps.emit(record);
          };
          const task = topology.createTask(sub, partition, { ...deps, emit });
          const process = task.process.bind(task);
          const flush = task.flush?.bind(task);
          task.process = (record) => {
            const start = performance.now();
            cost.records++;
            process(record);
            cost.processMs += performance.now() - start;
          };
          task.flush = () => {
            const start = performance.now();
            flush?.();
            cost.flushMs += performance.now() - start;
          };
          return task;
        },
      },
    };
  }

  reset(): void {
    this.cpu = process.cpuUsage();
    for (const cost of this.costs.values())
      Object.assign(cost, { processMs: 0, flushMs: 0, records: 0, emitted: 0 });
  }

  /** One line a query, the dearest first: time per event in µs, records taken and written per event. */
  print(events: number): void {
    const perEvent = (n: number) => n / events;
    const rows = [...this.costs].map(([query, { processMs, flushMs, records, emitted }]) => ({
      query,
      processUs: Math.round(perEvent(processMs) * 1_000),
      flushUs: Math.round(perEvent(flushMs) * 1_000),
      taken: perEvent(records).toFixed(2),
      written: perEvent(emitted).toFixed(2),
    }));
    rows.sort((a, b) => b.processUs + b.flushUs - a.processUs - a.flushUs);
    console.table(rows);
    const { user, system } = process.cpuUsage(this.cpu);
    console.log(`${Math.round(perEvent(user + system))} µs of CPU per gateway event, ${events} events`);
  }
}
