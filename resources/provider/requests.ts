import type * as proto from '@pulumi/pulumi/proto/provider_pb';
import { decode } from './wire';
import type { Decoded, Properties } from './wire';

/** What a message carries, as plain values. */
export function propertiesOf(
  struct: proto.CheckRequest['getNews'] extends () => infer S ? S : never,
): Properties {
  return decode(struct).value as Properties;
}

/** The inputs that the engine remembers; for an import what it was given. */
export function knownInputs(request: proto.ReadRequest): Decoded {
  const inputs = decode(request.getInputs());
  return Object.keys(inputs.value).length > 0 ? inputs : decode(request.getProperties());
}

/** The inputs of what goes; older engines send its outputs alone. */
export function deletedInputs(request: proto.DeleteRequest): Decoded {
  const inputs = decode(request.getOldInputs());
  return Object.keys(inputs.value).length > 0 ? inputs : decode(request.getProperties());
}

/** The type token: newer engines send it; it also stands in the URN, behind those of the parents. */
export function typeOf(request: { getUrn(): string; getType(): string }): string {
  const type = request.getType();
  if (type !== '') return type;
  return request.getUrn().split('::')[2]?.split('$').pop() ?? '';
}
