import { z } from 'zod';
import type { Json } from '../declared';
import { managedTypes } from './types/index';
import type { ManagedType } from './managed-type';

type JsonObject = { readonly [key: string]: Json | undefined };

/** Pulumi's package schema, from the same forms that `check` uses: `pulumi package get-schema resources/provider`. */
export function packageSchema(version: string): JsonObject {
  return {
    name: 'naap',
    version,
    description: 'Subjects, connectors, ksqlDB queries and PLAIN users as resources',
    resources: Object.fromEntries(managedTypes.map((type) => [type.token, resourceSchema(type)])),
    provider: { inputProperties: providerInputs() },
  };
}

function resourceSchema(type: ManagedType): JsonObject {
  const schema = z.toJSONSchema(type.form, { io: 'input', unrepresentable: 'any' }) as unknown as {
    properties: Record<string, JsonObject>;
    required?: string[];
  };
  const inputs = Object.entries(schema.properties).map(([name, form]) => [
    name,
    { ...typeOf(form), ...(type.secrets.includes(name) ? { secret: true } : {}) },
  ]);
  const inputProperties = Object.fromEntries(inputs) as JsonObject;
  return {
    inputProperties,
    requiredInputs: schema.required ?? [],
    properties: inputProperties,
    required: schema.required ?? [],
  };
}

/** JSON Schema as Pulumi words it; nested forms are objects of any content, which `check` judges. */
function typeOf(form: JsonObject): JsonObject {
  switch (form.type) {
    case 'array':
      return { type: 'array', items: typeOf(form.items as JsonObject) };
    case 'object': {
      const additional = form.additionalProperties;
      const items = typeof additional === 'object' && additional !== null ? (additional as JsonObject) : {};
      return { type: 'object', additionalProperties: items.type === undefined ? ANY : typeOf(items) };
    }
    case 'string':
    case 'boolean':
    case 'integer':
    case 'number':
      return { type: form.type };
    default:
      return ANY;
  }
}

const ANY = { $ref: 'pulumi.json#/Any' };

function providerInputs(): JsonObject {
  const text = { type: 'string' };
  const secret = { type: 'string', secret: true };
  return {
    registryUrl: text,
    registryUsername: text,
    registryPassword: secret,
    ksqldbUrl: text,
    ksqldbUsername: text,
    ksqldbPassword: secret,
    connectUrls: text,
    connectUsername: text,
    connectPassword: secret,
    plainUsersFile: text,
  };
}
