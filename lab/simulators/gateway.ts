import type { SimulatedGateway, SimulatedNetwork } from './network';
import { announcement } from './orchestrator';
import { loadAt, seedOf } from './signal';

const VERSION = '0.8.9';

/** go-livepeer's `/status` on the CLI port. */
export function status(gateway: SimulatedGateway, network: SimulatedNetwork, timeMs: number): unknown {
  const infos = network.orchestrators.map((o) => ({
    Url: o.uri,
    Score: 1,
    Latency: Math.round(4e7 * (1 + loadAt(seedOf(o.uri), timeMs))),
  }));
  return {
    Manifests: {},
    InternalManifests: {},
    StreamInfo: {},
    OrchestratorPool: network.orchestrators.map((o) => o.uri),
    OrchestratorPoolInfos: infos,
    Version: VERSION,
    GolangRuntimeVersion: 'go1.25.0',
    GOArch: 'amd64',
    GOOS: 'linux',
    RegisteredTranscodersNumber: 0,
    RegisteredTranscoders: [],
    LocalTranscoding: false,
    BroadcasterPrices: {},
    NodeId: gateway.id,
  };
}

/** `/getNetworkCapabilities`: every orchestrator as it announces itself. */
export function networkCapabilities(network: SimulatedNetwork, timeMs: number): unknown {
  return {
    capabilities_names: { '33': 'LLM', '35': 'Live video to video', '37': 'BYOC' },
    orchestrators: network.orchestrators.map((o) => announcement(o, timeMs)),
  };
}

/** `/getAISessionPoolsInfo`: sessions by capability and model, warm and cold. */
export function sessionPools(network: SimulatedNetwork, timeMs: number): unknown {
  const models = [...new Set(network.orchestrators.map((o) => o.modelId))];
  return Object.fromEntries(
    models.map((model) => {
      const serving = network.orchestrators.filter((o) => o.modelId === model);
      const in_use = serving.filter((o) => loadAt(seedOf(o.uri), timeMs) > 0.5).length;
      const orchestrators = serving.map((o) => ({ url: o.uri, latency_score: 0.5 + loadAt(seedOf(o.uri), timeMs), in_flight: 0 }));
      const warm = { size: serving.length, in_use, orchestrators };
      const suspended = { list: {}, current_count: 0 };
      return [`35_${model}`, { cold: { size: 0, in_use: 0, orchestrators: [] }, warm, last_refresh: new Date(timeMs - (timeMs % 60_000)).toISOString(), suspended }];
    }),
  ); // prettier-ignore
}

/** `/metrics` with `-monitor`: the part of go-livepeer's census that the scraper keeps. */
export function metrics(gateway: SimulatedGateway, network: SimulatedNetwork, timeMs: number): string {
  const node = `node_type="bctr",node_id="${gateway.id}"`;
  const lines = network.orchestrators.flatMap((o) => {
    const labels = `${node},orchestrator_uri="${o.uri}",orchestrator_address="${o.localAddress}",pipeline="${o.pipeline}",model_name="${o.modelId}"`;
    return [
      `livepeer_ai_request_latency_score{${labels}} ${(0.5 + loadAt(seedOf(o.uri), timeMs)).toFixed(4)}`,
      `livepeer_live_ai_price_per_pixel{${labels}} ${o.pricePerUnit / o.pixelsPerUnit}`,
    ];
  });
  const summary = [
    `livepeer_versions{${node},livepeerversion="${VERSION}",goos="linux",goarch="amd64"} 1`,
    `livepeer_ai_orchestrators_available_total{${node}} ${network.orchestrators.length}`,
    `livepeer_kafka_event_send_errors{${node}} 0`,
  ];
  return `${[...summary, ...lines].join('\n')}\n`;
}
