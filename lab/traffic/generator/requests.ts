import type { SimulatedNetwork, SimulatedOrchestrator } from '../../simulators/network';
import type { Emission } from './emission';
import type { Random } from './random';

const LLM = 'meta-llama/Meta-Llama-3.1-8B-Instruct';

/**
 * One request of the families beside live video, with what accompanies it: an LLM request, a batch request, or a job with its payment
 * and the worker that does it. Now and then a runner's event comes as its queue wrapped it.
 */
export function simulateRequest(random: Random, network: SimulatedNetwork, at: number): Emission[] {
  const orchestrator = random.pick(network.orchestrators);
  const kind = random.pick(['llm', 'batch', 'job', 'wrapped'] as const);
  switch (kind) {
    case 'llm':
      return [llmRequest(random, at, orchestrator)];
    case 'batch':
      return [batchRequest(random, at, orchestrator)];
    case 'job':
      return job(random, at, orchestrator);
    case 'wrapped':
      return [wrapped(random, at, orchestrator)];
  }
}

function llmRequest(random: Random, at: number, orchestrator: SimulatedOrchestrator): Emission {
  const failed = random.chance(0.05);
  const [prompt_tokens, completion_tokens] = [random.between(20, 900), failed ? 0 : random.between(10, 400)];
  const total_duration_ms = 200 + completion_tokens * 12;
  const data = {
    request_id: random.hex(8),
    model: LLM,
    orch_url: orchestrator.uri,
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    total_duration_ms,
    tokens_per_second: (1000 * completion_tokens) / total_duration_ms,
    ttft_ms: random.between(60, 400),
    finish_reason: failed ? 'error' : 'stop',
    latency_score: total_duration_ms / 1000,
    price_per_unit: 56_909_258,
  };
  return { at, family: 'ai_llm_request', data };
}

function batchRequest(random: Random, at: number, orchestrator: SimulatedOrchestrator): Emission {
  const success = random.chance(0.9);
  const data = {
    request_id: random.hex(8),
    pipeline: 'text-to-image',
    model_id: 'black-forest-labs/FLUX.1-dev',
    success,
    tries: success ? 1 : 3,
    duration_ms: random.between(900, 9_000),
    orch_url: success ? orchestrator.uri : '',
    error_type: success ? '' : 'no_orchestrators',
    error: success ? '' : 'no orchestrators available',
  };
  return { at, family: 'ai_batch_request', data };
}

function job(random: Random, at: number, orchestrator: SimulatedOrchestrator): Emission[] {
  const ids = { request_id: random.hex(8), capability: 'byoc-upscale', orch_url: orchestrator.uri };
  return [
    { at, family: 'job_gateway', data: { ...ids, type: 'submitted' } },
    { at: at + 40, family: 'job_auth', data: { ...ids, type: 'authorized' } },
    { at: at + 90, family: 'job_payment', data: { ...ids, type: 'paid' } },
    { at: at + 120, family: 'job_orchestrator', data: { ...ids, type: 'accepted' } },
    {
      at: at + 150,
      family: 'worker_lifecycle',
      data: { id: random.uuid(), type: 'started', orch_url: orchestrator.uri },
    },
    { at: at + 2_400, family: 'job_gateway', data: { ...ids, type: 'completed' } },
  ];
}

function wrapped(random: Random, at: number, orchestrator: SimulatedOrchestrator): Emission {
  const event = {
    type: 'restart',
    request_id: random.hex(8),
    pipeline: orchestrator.modelId,
    pipeline_id: '',
    restart_count: 1,
    restart_time: at,
    timestamp: at,
    orchestrator_info: { address: orchestrator.localAddress.toLowerCase(), url: orchestrator.uri },
  };
  return { at, family: 'ai_stream_events', data: { queue_event_type: 'ai_stream_events', event } };
}
