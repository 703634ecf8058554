import * as grpc from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import { engineLog } from './engine-log';
import { NaapProvider } from './provider';
import { providerService } from './service';
import { version } from '../../package.json';

/** Schemas and statements may be longer than gRPC's 4 MiB; Pulumi's own limit. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** The engine's address is the last argument that is no option. */
function engineAddress(args: readonly string[]): string | undefined {
  return args.filter((arg, index) => !arg.startsWith('-') && args[index - 1] !== '--tracing').at(-1);
}

/** Listens on a free port of the loopback and says which on stdout: so a Pulumi plugin starts. */
function main(): void {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
  const log = engineLog(engineAddress(process.argv.slice(2)));
  server.addService(ResourceProviderService, providerService({ provider: new NaapProvider(), log, version }));
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    console.log(String(port));
  });
}

main();
