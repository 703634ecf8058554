import type { Column, Format, SerdeFeatures } from '../catalog/catalog';
import { fail } from '../analyzer/errors';
import { checkFormatProperties, formatFacts } from './format-facts';
import type { FormatWish, With } from './with-properties';

type Config = Readonly<Record<string, string>>;

const DEFAULT_KEY_FORMAT = 'ksql.persistence.default.format.key';
const DEFAULT_VALUE_FORMAT = 'ksql.persistence.default.format.value';
const WRAP_SINGLE_VALUES = 'ksql.persistence.wrap.single.values';

/** The key format of a declaration: as given, or the configured default; KAFKA without one. */
export function declaredKeyFormat(wish: FormatWish, config: Config): Format {
  return makeFormat(wish.name ?? defaultKeyFormat(config), wish.properties);
}

export function defaultKeyFormat(config: Config): Format['name'] {
  return (config[DEFAULT_KEY_FORMAT]?.toUpperCase() ?? 'KAFKA') as Format['name'];
}

/** The value format of a declaration; there is no default unless one is configured. */
export function declaredValueFormat(wish: FormatWish, config: Config): Format {
  const name = wish.name ?? (config[DEFAULT_VALUE_FORMAT]?.toUpperCase() as Format['name'] | undefined);
  if (name !== undefined) return makeFormat(name, wish.properties);
  const message =
    "Statement is missing the 'VALUE_FORMAT' property from the WITH clause. " +
    "Either provide one or set a default via the 'ksql.persistence.default.format.value' config.";
  return fail('withProperty', message);
}

/** The key format of a source: AVRO keys are named for it, unless the statement names them. */
export function namedKeyFormat(format: Format, sourceName: string): Format {
  if (format.name !== 'AVRO' || format.properties['fullSchemaName'] !== undefined) return format;
  const fullSchemaName = `io.confluent.ksql.avro_schemas.${camelCase(sourceName)}Key`;
  return { name: format.name, properties: { ...format.properties, fullSchemaName } };
}

/** `GPU_BY_CARD` becomes `GpuByCard`. */
function camelCase(name: string): string {
  return name
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

/** A format with its properties checked; PROTOBUF reads wrapped primitives as what they wrap. */
export function makeFormat(name: Format['name'], properties: Readonly<Record<string, string>>): Format {
  const format: Format = {
    name,
    properties: name === 'PROTOBUF' ? { ...properties, unwrapPrimitives: 'true' } : properties,
  };
  checkFormatProperties(format);
  return format;
}

/** Whether a single value column stands in an object of its own: as given, as configured, or as the format has it. */
export function valueFeatures(
  format: Format,
  columns: readonly Column[],
  wish: With['wrapSingleValue'],
  config: Config,
): SerdeFeatures {
  if (wish !== undefined) return requestedWrapping(format, columns, wish);
  const configured = config[WRAP_SINGLE_VALUES];
  if (configured === undefined || configured === '' || columns.length !== 1) return {};
  const wrapSingle = configured.toLowerCase() === 'true';
  return supportsWrapping(format, wrapSingle) && hasChoice(format) ? { wrapSingle } : {};
}

function requestedWrapping(format: Format, columns: readonly Column[], wrapSingle: boolean): SerdeFeatures {
  if (!supportsWrapping(format, wrapSingle)) {
    return fail(
      'withProperty',
      `Format '${format.name}' does not support 'WRAP_SINGLE_VALUE' set to '${wrapSingle}'.`,
    );
  }
  if (columns.length !== 1)
    return fail('withProperty', "'WRAP_SINGLE_VALUE' is only valid for single-field value schemas");
  return hasChoice(format) ? { wrapSingle } : {};
}

function supportsWrapping(format: Format, wrapSingle: boolean): boolean {
  const { wraps, unwraps } = formatFacts(format.name);
  return wrapSingle ? wraps : unwraps;
}

function hasChoice(format: Format): boolean {
  return supportsWrapping(format, true) && supportsWrapping(format, false);
}
