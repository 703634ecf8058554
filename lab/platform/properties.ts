/** A Java properties file from settings, in their order. */
export function propertiesText(settings: Readonly<Record<string, string | number | boolean>>): string {
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${escapeValue(String(value))}`);
  return `${lines.join('\n')}\n`;
}

// https://docs.oracle.com/javase/8/docs/api/java/util/Properties.html#load-java.io.Reader-
function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replace(/^ /, '\\ ');
}

/** One JAAS entry, as `sasl.jaas.config` takes it. */
export function jaasEntry(module: string, options: Readonly<Record<string, string>> = {}): string {
  const text = Object.entries(options).map(([key, value]) => ` ${key}="${escapeJaas(value)}"`);
  return `${module} required${text.join('')};`;
}

function escapeJaas(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

export const SCRAM_MODULE = 'org.apache.kafka.common.security.scram.ScramLoginModule';
export const PLAIN_MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule';

/** Client settings of a SCRAM user, each key with `prefix` before it. */
export function scramClientSettings(username: string, password: string, prefix = ''): Record<string, string> {
  return {
    [`${prefix}security.protocol`]: 'SASL_PLAINTEXT',
    [`${prefix}sasl.mechanism`]: 'SCRAM-SHA-512',
    [`${prefix}sasl.jaas.config`]: jaasEntry(SCRAM_MODULE, { username, password }),
  };
}
