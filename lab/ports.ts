/** Fixed distances from the base port: 19000 gives 19092 for Kafka, 19081 for the registry and so on. */
export const PORT_OFFSETS = {
  scraper: 70,
  registry: 81,
  connect: 83,
  connectCurated: 84,
  ksqldb: 88,
  minio: 90,
  kafka: 92,
  ingest: 93,
  controller: 94,
  kafka2: 192,
  ingest2: 193,
  controller2: 194,
  kafka3: 292,
  ingest3: 293,
  controller3: 294,
  /** First of the range in which simulated orchestrators, gateways and GPU nodes listen. */
  simulators: 500,
} as const;

export type PortName = keyof typeof PORT_OFFSETS;
export type Ports = Readonly<Record<PortName, number>>;

export const DEFAULT_PORT_BASE = 19000;
/** From here on Linux hands out ports to outgoing connections; a server there fails to bind now and then. */
export const EPHEMERAL_PORTS_START = 32768;
const LOWEST_PORT = 1024;

/** `registry` -> `NAAP_PORT_REGISTRY`, `connectCurated` -> `NAAP_PORT_CONNECT_CURATED`: the variable that moves one port alone. */
export function portVariable(name: PortName): string {
  return `NAAP_PORT_${name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`;
}

/** All ports of a platform: base plus offset, or the override. Throws one error that lists every problem. */
export function resolvePorts(base: number, overrides: Partial<Ports> = {}): Ports {
  const names = Object.keys(PORT_OFFSETS) as PortName[];
  const ports = Object.fromEntries(names.map((name) => [name, overrides[name] ?? base + PORT_OFFSETS[name]]));
  const problems = [...names.flatMap((name) => rangeProblem(name, ports[name]!)), ...duplicates(ports)];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return ports as Ports;
}

function rangeProblem(name: PortName, port: number): string[] {
  if (Number.isInteger(port) && port >= LOWEST_PORT && port < EPHEMERAL_PORTS_START) return [];
  const range = `${LOWEST_PORT} to ${EPHEMERAL_PORTS_START - 1}`;
  return [`port of "${name}" is ${port}, expected ${range}: change NAAP_PORT_BASE or ${portVariable(name)}`];
}

function duplicates(ports: Record<string, number>): string[] {
  const byPort = new Map<number, string[]>();
  for (const [name, port] of Object.entries(ports)) byPort.set(port, [...(byPort.get(port) ?? []), name]);
  return [...byPort]
    .filter(([, names]) => names.length > 1)
    .map(([port, names]) => `port ${port} is given to ${names.map((name) => `"${name}"`).join(' and ')}`);
}
