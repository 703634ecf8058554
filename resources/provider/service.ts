import type * as grpc from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import * as plugin from '@pulumi/pulumi/proto/plugin_pb';
import * as proto from '@pulumi/pulumi/proto/provider_pb';
import { readEndpoints } from './endpoints';
import type { Endpoints } from './endpoints';
import type { EngineLog } from './engine-log';
import { sameJson } from '../compare-properties';
import { answering, nothing, sealing } from './answering';
import { hideSecrets } from './hide-secrets';
import type { NaapProvider } from './provider';
import * as rpc from './rpc';
import { packageSchema } from './schema';
import { deletedInputs, knownInputs, propertiesOf, typeOf } from './requests';
import { decode } from './wire';
import type { Properties } from './wire';

export interface ServiceOptions {
  readonly provider: NaapProvider;
  readonly log: EngineLog;
  readonly version: string;
}

/**
 * Pulumi's provider protocol. The SDK's own server (`@pulumi/pulumi/provider`) is not used, as it drops what matters
 * here: the provider's arguments (Configure), which property differs and how (the detailed diff), and what was made by a
 * creation that failed.
 */
export function providerService({
  provider,
  log,
  version,
}: ServiceOptions): grpc.UntypedServiceImplementation {
  let endpoints: Endpoints = readEndpoints({});
  const seal = sealing((token) => provider.type(token).secrets);

  return {
    getPluginInfo: answering(nothing, () => {
      const info = new plugin.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getSchema: answering(nothing, () => {
      const response = new proto.GetSchemaResponse();
      response.setSchema(JSON.stringify(packageSchema(version)));
      return response;
    }),
    checkConfig: answering(nothing, (request: proto.CheckRequest) => {
      const response = new proto.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    diffConfig: answering(nothing, (request: proto.DiffRequest) => {
      const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
      const same = sameJson(propertiesOf(request.getOlds()), propertiesOf(request.getNews()));
      const response = new proto.DiffResponse();
      response.setChanges(same ? DIFF_NONE : DIFF_SOME);
      return response;
    }),
    configure: answering(nothing, (request: proto.ConfigureRequest) => {
      endpoints = readEndpoints(propertiesOf(request.getArgs()));
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      return response;
    }),
    check: answering(
      (request: proto.CheckRequest) => seal(typeOf(request), decode(request.getNews())),
      (request, { names, all }) => {
        const { inputs, failures } = provider.check(typeOf(request), all[0] as Properties);
        const hidden = failures.map((failure) => hideSecrets(failure, all, names));
        return rpc.checkResponse({ inputs, failures: hidden }, names);
      },
    ),
    diff: answering(
      (request: proto.DiffRequest) =>
        seal(typeOf(request), decode(request.getOldInputs() ?? request.getOlds()), decode(request.getNews())),
      (request, { all }) => {
        const [before, after] = all as [Properties, Properties];
        const found = provider.diff(typeOf(request), before, after);
        if (found.reason) log.info(`is replaced: ${found.reason}`, request.getUrn());
        return rpc.diffResponse(found);
      },
    ),
    create: answering(
      (request: proto.CreateRequest) => seal(typeOf(request), decode(request.getProperties())),
      async (request, { names, all }) =>
        rpc.createResponse(await provider.create(typeOf(request), all[0] as Properties), names),
    ),
    update: answering(
      (request: proto.UpdateRequest) =>
        seal(typeOf(request), decode(request.getOldInputs() ?? request.getOlds()), decode(request.getNews())),
      async (request, { names, all }) => {
        const [before, after] = all as [Properties, Properties];
        return rpc.updateResponse(await provider.update(typeOf(request), before, after), names);
      },
    ),
    read: answering(
      (request: proto.ReadRequest) => seal(typeOf(request), knownInputs(request)),
      async (request, { names, all }) => {
        const known = all[0] as Properties;
        return rpc.readResponse(
          await provider.read(typeOf(request), request.getId(), known, endpoints),
          names,
        );
      },
    ),
    delete: answering(
      (request: proto.DeleteRequest) => seal(typeOf(request), deletedInputs(request)),
      async (request, { all }) => {
        await provider.delete(typeOf(request), all[0] as Properties);
        return new Empty();
      },
    ),
    cancel: answering(nothing, () => new Empty()),
  };
}
