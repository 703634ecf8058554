/** The nodes that stand in for a network, as the simulators serve them and the scraper sees them. */
export interface SimulatedGpu {
  /** NVML UUID, `GPU-…`. */
  readonly id: string;
  readonly name: string;
  readonly memoryTotalBytes: number;
  readonly major: number;
  readonly minor: number;
}
export interface SimulatedOrchestrator {
  /** On-chain address, mixed case (EIP-55). */
  readonly address: string;
  /** Address in traces and announcements; traces write it in lower case. */
  readonly localAddress: string;
  /** Service URI that the network announces. */
  readonly uri: string;
  readonly pipeline: string;
  readonly modelId: string;
  readonly gpus: readonly SimulatedGpu[];
  readonly capacity: number;
  readonly pricePerUnit: number;
  readonly pixelsPerUnit: number;
  readonly runnerVersion: string;
  /** Share of polls, 0 to 1, that this node answers with an error or not at all. */
  readonly unreliability: number;
}
export interface SimulatedGateway {
  readonly id: string;
}
export interface SimulatedNetwork {
  readonly orchestrators: readonly SimulatedOrchestrator[];
  readonly gateways: readonly SimulatedGateway[];
}
