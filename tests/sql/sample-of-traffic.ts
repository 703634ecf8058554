export interface SampleOptions {
  /** One request of so many, */
  readonly requests?: number;
  /** this one of them, */
  readonly offset?: number;
  /** and one record of so many that belong to no request. */
  readonly others?: number;
}

/** A sample of traffic: whole requests with their copies, the first snapshot of the network, days that lie apart. */
export function sampleOfTraffic<T extends { readonly value: string }>(
  records: readonly T[],
  { requests: step = 26, offset = 12 % step, others: otherStep = 60 }: SampleOptions = {},
): T[] {
  const requests = new Map<string, number>();
  const others = new Map<string, number>();
  return records.filter(({ value }) => {
    const request = /"request_?id":"([^"]+)"/i.exec(value)?.[1];
    if (request !== undefined) return numberOf(requests, request) % step === offset;
    const family = /"type":"([a-z_]+)"/.exec(value)?.[1] ?? '';
    const before = others.get(family) ?? 0;
    others.set(family, before + 1);
    return before % otherStep === 0;
  });
}

/** Numbers the texts in the order in which they come. */
function numberOf(known: Map<string, number>, text: string): number {
  if (!known.has(text)) known.set(text, known.size);
  return known.get(text)!;
}
