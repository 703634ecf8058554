import * as grpc from '@grpc/grpc-js';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import * as proto from '@pulumi/pulumi/proto/provider_pb';
import * as status from '@pulumi/pulumi/proto/status_pb';
import type { Difference, Differences } from './differences';
import type { CheckAnswer, ResourceState } from './provider';
import { UnfinishedError } from './provider';
import { encode } from './wire';

const { PropertyDiff } = proto;

/** Kinds of a property's difference: in place, and where it replaces. */
const DIFF_KIND = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
} as const;

/**
 * Failures name no property: Pulumi prints the value of the property that a failure names, in clear when the secret was
 * made in the program.
 */
export function checkResponse(
  { inputs, failures }: CheckAnswer,
  secrets: Iterable<string>,
): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(encode(inputs, secrets));
  response.setFailuresList(failures.map(checkFailure));
  return response;
}

function checkFailure(reason: string): proto.CheckFailure {
  const failure = new proto.CheckFailure();
  failure.setProperty('');
  failure.setReason(reason);
  return failure;
}

export function diffResponse({ items, deleteBeforeReplace }: Differences): proto.DiffResponse {
  const response = new proto.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  response.setChanges(items.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...new Set(items.map(({ property }) => property))]);
  response.setReplacesList(items.filter(({ replaces }) => replaces).map(({ property }) => property));
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const item of items) response.getDetaileddiffMap().set(item.path, propertyDiff(item));
  return response;
}

function propertyDiff({ kind, replaces }: Difference): proto.PropertyDiff {
  const diff = new PropertyDiff();
  diff.setKind(DIFF_KIND[kind][replaces ? 1 : 0]);
  diff.setInputdiff(true);
  return diff;
}

export function createResponse(state: ResourceState, secrets: Iterable<string>): proto.CreateResponse {
  const response = new proto.CreateResponse();
  response.setId(state.id);
  response.setProperties(encode(state.outputs, secrets));
  return response;
}

export function updateResponse(state: ResourceState, secrets: Iterable<string>): proto.UpdateResponse {
  const response = new proto.UpdateResponse();
  response.setProperties(encode(state.outputs, secrets));
  return response;
}

/** An empty answer says that it is gone. */
export function readResponse(
  state: ResourceState | undefined,
  secrets: readonly string[],
): proto.ReadResponse {
  const response = new proto.ReadResponse();
  if (!state) return response;
  response.setId(state.id);
  response.setProperties(encode(state.outputs, secrets));
  response.setInputs(encode(state.inputs, secrets));
  return response;
}

/** An error for the wire. What was made although it failed is told along, so that Pulumi knows of it. */
export function rpcError(
  error: unknown,
  text: string,
  secrets: readonly string[],
): Partial<grpc.StatusObject> {
  if (!(error instanceof UnfinishedError)) return { code: grpc.status.UNKNOWN, details: text };
  const detail = new proto.ErrorResourceInitFailed();
  detail.setId(error.state.id);
  detail.setProperties(encode(error.state.outputs, secrets));
  detail.setInputs(encode(error.state.inputs, secrets));
  detail.setReasonsList([text]);
  const any = new Any();
  any.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const rpcStatus = new status.Status();
  rpcStatus.setCode(grpc.status.UNKNOWN);
  rpcStatus.setMessage(text);
  rpcStatus.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(rpcStatus.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: text, metadata };
}
