import { HttpClient, serverMessage } from '../http/http-client';
import type { HttpAnswer, HttpClientOptions } from '../http/http-client';
import type { ConnectorState, LiveConnector, LiveTask } from './connector';

const NOT_FOUND = 404;
/** Connect answers so while it rebalances. */
const REBALANCE = 409;

interface WireConnector {
  readonly info: { readonly config: Record<string, string> };
  readonly status: {
    readonly connector: { readonly state: string; readonly trace?: string };
    readonly tasks: readonly LiveTask[];
  };
}

/** The REST API of one Connect cluster. */
export class ConnectClient {
  private readonly http: HttpClient;

  constructor(url: string, options: Pick<HttpClientOptions, 'guard' | 'login'> = {}) {
    this.http = new HttpClient({ ...options, url, transientStatus: [REBALANCE] });
  }

  /** All connectors with their state. */
  async all(): Promise<ReadonlyMap<string, LiveConnector>> {
    const answer = await this.http.request({ method: 'GET', path: '/connectors?expand=info&expand=status' });
    const connectors = expectOk(answer) as Record<string, WireConnector>;
    return new Map(Object.entries(connectors).map(([name, wire]) => [name, liveConnector(wire)]));
  }

  /** Classes of the plugins that the workers have. */
  async plugins(): Promise<string[]> {
    const answer = await this.http.request({ method: 'GET', path: '/connector-plugins' });
    return (expectOk(answer) as { class: string }[]).map((plugin) => plugin.class);
  }

  /** What the plugin itself says is wrong with a configuration: `setting: reason`. Nothing is made. */
  async validate(name: string, config: Readonly<Record<string, string>>): Promise<string[]> {
    const plugin = encodeURIComponent(config['connector.class'] ?? '');
    const path = `/connector-plugins/${plugin}/config/validate`;
    const answer = expectOk(await this.http.request({ method: 'PUT', path, body: { ...config, name } }));
    const { configs } = answer as { configs: { value: { name: string; errors: string[] } }[] };
    return configs.flatMap(({ value }) => value.errors.map((error) => `${value.name}: ${error}`));
  }

  /** Creates it, or replaces all of its configuration. */
  async put(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    expectOk(
      await this.http.request({ method: 'PUT', path: `${path(name)}/config`, body: { ...config, name } }),
    );
  }

  async setState(name: string, state: ConnectorState): Promise<void> {
    const verb = { RUNNING: 'resume', PAUSED: 'pause', STOPPED: 'stop' }[state];
    expectOk(await this.http.request({ method: 'PUT', path: `${path(name)}/${verb}` }));
  }

  /** Starts again what failed: the connector, its tasks. */
  async restartFailed(name: string): Promise<void> {
    expectOk(
      await this.http.request({
        method: 'POST',
        path: `${path(name)}/restart?includeTasks=true&onlyFailed=true`,
      }),
    );
  }

  /** Offsets to go on from, in the plugin's own words. The connector must be STOPPED. */
  async alterOffsets(name: string, offsets: readonly unknown[]): Promise<void> {
    expectOk(await this.http.request({ method: 'PATCH', path: `${path(name)}/offsets`, body: { offsets } }));
  }

  /** Forgets the offsets: it begins anew. The connector must be STOPPED. */
  async resetOffsets(name: string): Promise<void> {
    expectOk(await this.http.request({ method: 'DELETE', path: `${path(name)}/offsets` }));
  }

  async delete(name: string): Promise<void> {
    const answer = await this.http.request({ method: 'DELETE', path: path(name) });
    if (answer.status !== NOT_FOUND) expectOk(answer);
  }
}

function path(name: string): string {
  return `/connectors/${encodeURIComponent(name)}`;
}

function liveConnector({ info, status }: WireConnector): LiveConnector {
  const { name: _name, ...config } = info.config;
  const { state, trace } = status.connector;
  return { config, state, trace, tasks: status.tasks };
}

function expectOk(answer: HttpAnswer): unknown {
  if (answer.status < 200 || answer.status > 299) throw new Error(`Connect answers ${serverMessage(answer)}`);
  return answer.data;
}
