import { TYPE, textMap } from '../rule';
import type { Json, Rule, RuledResource } from '../rule';

/** Settings whose value is a secret, by their last word: `…password`, `…secret-access-key`, `…jdbc.password`, `…token`. */
const SECRET_SETTING =
  /(^|[._-])(password|passwd|passphrase|secret|token|credentials?|api[._-]?key|private[._-]?key|secret[._-]?access[._-]?key|secret[._-]?key|shared[._-]?key|basic\.auth\.user\.info)$/i;
/** `${provider:…}`: the worker resolves it. */
const REFERENCE = /^\$\{[^}]+\}$/;
const JAAS = /jaas\.config$/i;
/** `password="…"` in a JAAS entry. */
const JAAS_SECRET = /\b\w*(?:password|secret|token)\s*=\s*"?([^"\s;]*)"?/gi;
/** `user:password@` in a URL. */
const URL_LOGIN = /\/\/[^/\s:@]+:([^@\s/]+)@/;

export const connectorSecrets: Rule = {
  name: 'connector-secrets',
  description: 'A connector refers to its secrets; Connect shows its configuration to everybody who asks.',
  types: [TYPE.connector],
  check: ({ inputs }) => Object.entries(textMap(inputs.config)).flatMap(literalSecrets),
};

/** The value is never part of the message. */
function literalSecrets([setting, value]: readonly [string, string]): string[] {
  const help = 'refer to it, e.g. ${directory:/run/secrets/naap:file}';
  if (JAAS.test(setting)) {
    const literals = [...value.matchAll(JAAS_SECRET)].filter(([, secret]) => !REFERENCE.test(secret!));
    return literals.length > 0 ? [`"${setting}" holds a literal secret; ${help}`] : [];
  }
  if (SECRET_SETTING.test(setting) && value !== '' && !REFERENCE.test(value))
    return [`"${setting}" is a literal secret; ${help}`];
  const [, login] = URL_LOGIN.exec(value) ?? [];
  return login !== undefined && !REFERENCE.test(login)
    ? [`"${setting}" holds a login in a URL; ${help}`]
    : [];
}

export const kubernetesSecrets: Rule = {
  name: 'kubernetes-secrets',
  description:
    'Secrets reach containers from Kubernetes secrets, never from config maps or literal variables.',
  types: [TYPE.configMap, TYPE.deployment],
  check: (resource) =>
    resource.type === TYPE.configMap ? configMapSecrets(resource) : environmentSecrets(resource),
};

function configMapSecrets({ inputs }: RuledResource): string[] {
  return Object.entries(textMap(inputs.data)).flatMap(([file, text]) => {
    const lines = text.split('\n').flatMap((line) => {
      const [, key, value] = /^\s*["']?([\w.-]+)["']?\s*[:=]\s*["']?([^"'\s]+)/.exec(line) ?? [];
      return key !== undefined && SECRET_SETTING.test(key) && !REFERENCE.test(value!) ? [key] : [];
    });
    return lines.map((key) => `"${file}" holds "${key}" as text; mount it from a secret`);
  });
}

function environmentSecrets({ inputs }: RuledResource): string[] {
  return variablesOf(inputs.spec).flatMap(({ name, value }) =>
    typeof name === 'string' && typeof value === 'string' && SECRET_SETTING.test(name)
      ? [`variable "${name}" is a literal secret; take it from a secret (valueFrom.secretKeyRef)`]
      : [],
  );
}

/** Every entry of every `env` list, however deep. */
function variablesOf(value: Json | undefined): { readonly name?: Json; readonly value?: Json }[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(variablesOf);
  if (typeof value !== 'object' || value === null) return [];
  const { env, ...rest } = value as { readonly [key: string]: Json | undefined };
  const own = Array.isArray(env) ? (env as { readonly name?: Json; readonly value?: Json }[]) : [];
  return [...own, ...Object.values(rest).flatMap(variablesOf)];
}
