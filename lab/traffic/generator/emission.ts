/** An event as a node emits it, before the envelope is made. */
export interface Emission {
  /** When it is emitted, ms since the epoch: the envelope's time. */
  readonly at: number;
  /** The envelope's `type`. */
  readonly family: string;
  readonly data: unknown;
}

/** What a session's events say about where they belong. */
export interface SessionIds {
  readonly requestId: string;
  readonly streamId: string;
  readonly pipelineId: string;
}

export interface OrchestratorInfo {
  readonly address: string;
  readonly url: string;
}
/** What the gateway writes before an orchestrator is chosen, and after it is gone. */
export const NO_ORCHESTRATOR: OrchestratorInfo = { address: '', url: '' };
