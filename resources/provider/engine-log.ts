import * as grpc from '@grpc/grpc-js';
import { EngineClient } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { LogRequest, LogSeverity } from '@pulumi/pulumi/proto/engine_pb';

/** Messages that Pulumi shows beside a resource. */
export interface EngineLog {
  readonly info: (message: string, urn: string) => void;
}

/** Without an engine (a test that speaks to the provider itself) messages go to stderr. */
export function engineLog(address: string | undefined): EngineLog {
  if (address === undefined) return { info: (message, urn) => console.error(`${urn}: ${message}`) };
  const engine = new EngineClient(address, grpc.credentials.createInsecure());
  return {
    info: (message, urn) => {
      const request = new LogRequest();
      request.setSeverity(LogSeverity.INFO);
      request.setMessage(message);
      request.setUrn(urn);
      // A message that is lost is no reason to fail.
      engine.log(request, () => undefined);
    },
  };
}
