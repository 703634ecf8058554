import { isObject, plain } from '../json-value';
import type { JsonObject } from '../json-value';

/** What a case expects of a server beside the topics: one answer a statement that is asked. */
export interface RestExpectation {
  readonly responses: readonly ExpectedResponse[];
  readonly error?: ExpectedError;
  /** Push queries run before the inputs are sent. */
  readonly waitsForQueries: boolean;
}
export type ExpectedResponse =
  | { readonly kind: 'admin'; readonly entity: JsonObject }
  | { readonly kind: 'query' | 'queryProto'; readonly lines: readonly JsonObject[] };
export interface ExpectedError {
  readonly message?: string;
  readonly status?: number;
}

/** Whether a case is of ksqlDB's REST suite: it expects answers, not only topics. */
export function isRestCase(test: JsonObject): boolean {
  return 'responses' in test || 'expectedError' in test || 'inputConditions' in test;
}

/** Reads what a case of the REST suite has beside the fields of any case. */
export function readRestExpectation(test: JsonObject): RestExpectation {
  const { responses, expectedError, inputConditions } = test;
  return {
    responses: Array.isArray(responses) ? (responses as JsonObject[]).flatMap(readResponse) : [],
    error: isObject(expectedError) ? (plain(expectedError) as ExpectedError) : undefined,
    waitsForQueries: isObject(inputConditions) && inputConditions['waitForActivePushQuery'] === true,
  };
}

function readResponse(response: JsonObject): ExpectedResponse[] {
  return Object.entries(response).map(([kind, value]): ExpectedResponse => {
    if (kind === 'admin') return { kind, entity: value as JsonObject };
    if (kind === 'query' || kind === 'queryProto') return { kind, lines: value as JsonObject[] };
    throw new Error(`a response of kind "${kind}": expected admin, query or queryProto`);
  });
}
