import type { Connector } from '../../resources/connector/connector';
import type { Refusal } from './refusal';

/** Words that name a secret in a connector's configuration. */
const SECRET_KEY = /password|secret|token|credential|access\.?-?key(?!\.?-?id)|private\.?-?key|passphrase/i;
const JAAS_KEY = /jaas/i;
/** `${file:…}`, `${directory:…}`, `${env:…}`: what a worker's provider resolves. */
const REFERENCE = /^\$\{[A-Za-z0-9_-]+:[^}]+\}$/;
const JAAS_SECRET = /(?:password|secret|token|privateKey)\s*=\s*"?([^";\s]*)"?/gi;
const SINK_TOPICS = ['topics', 'topics.regex'];

/** What no connector may be: a sink that drops what it cannot read, one that carries a secret. */
export function connectorRefusals({ config }: Pick<Connector, 'config'>): Refusal[] {
  return [...withoutDeadLetters(config), ...literalSecrets(config)];
}

/** A sink either stops at what it cannot read, which stops everything, or loses it: unless there is a place for it. */
function withoutDeadLetters(config: Connector['config']): Refusal[] {
  if (!SINK_TOPICS.some((key) => config[key] !== undefined)) return [];
  const topic = config['errors.deadletterqueue.topic.name'];
  if (config['errors.tolerance'] === 'all' && topic) return [];
  const lacking = topic ? '"errors.tolerance" is not "all"' : 'it names no dead-letter topic';
  return [
    {
      reason: `${lacking}, so that one unreadable record stops it or is lost`,
      remedy: 'declare deadLetterTopic in its file: "errors.tolerance" and the topic’s name follow',
    },
  ];
}

function literalSecrets(config: Connector['config']): Refusal[] {
  return Object.entries(config)
    .filter(([key, value]) => isLiteralSecret(key, value))
    .map(([key]) => ({
      reason: `"${key}" holds a secret in clear text, which anybody who may ask Connect can read`,
      remedy: 'put it into a file of the worker’s secrets folder and write "${secret:NAME}"',
    }));
}

/** The value with `reference` in place of every secret that is written out. */
export function withReferences(key: string, value: string, reference: string): string {
  if (!JAAS_KEY.test(key)) return reference;
  return value.replace(JAAS_SECRET, (whole: string, secret: string) =>
    REFERENCE.test(secret) ? whole : whole.replace(secret, () => reference),
  );
}

/** Whether a setting holds a secret itself, and not where it lies. */
export function isLiteralSecret(key: string, value: string): boolean {
  if (JAAS_KEY.test(key))
    return [...value.matchAll(JAAS_SECRET)].some(([, secret]) => !REFERENCE.test(secret!));
  return SECRET_KEY.test(key) && value !== '' && !REFERENCE.test(value);
}
