import type * as kubernetes from '@pulumi/kubernetes';
import type { Environment } from '../../environment-schema';
import type { ScraperSettings } from '../../scraper-schema';
import { STATUS_PORT } from './config';

type Spec = kubernetes.types.input.networking.v1.NetworkPolicySpec;
type Egress = kubernetes.types.input.networking.v1.NetworkPolicyEgressRule;
type IpBlock = kubernetes.types.input.networking.v1.IPBlock;

/** All addresses but those that are somebody's own. The scraper judges each connection more narrowly still. */
const PUBLIC: readonly IpBlock[] = [
  {
    cidr: '0.0.0.0/0',
    except: ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '168.63.129.16/32', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '224.0.0.0/3'],
  },
  { cidr: '2000::/3' },
]; // prettier-ignore
const WORD = 'public';

/** Names, the brokers' and the registry's ports, and what may be polled; in: who reads the metrics. */
export function networkPolicySpec(
  environment: Environment,
  scraper: ScraperSettings,
  labels: Record<string, string>,
): Spec {
  return {
    podSelector: { matchLabels: labels },
    policyTypes: ['Ingress', 'Egress'],
    ingress: ingress(scraper),
    egress: [
      { ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }] },
      { ports: platformPorts(environment).map((port) => ({ port, protocol: 'TCP' })) },
      ...targets(scraper),
    ], // prettier-ignore
  };
}

function ingress({ monitoringNamespace }: ScraperSettings): Spec['ingress'] {
  if (monitoringNamespace === undefined) return [];
  const namespace = { matchLabels: { 'kubernetes.io/metadata.name': monitoringNamespace } };
  return [{ from: [{ namespaceSelector: namespace }], ports: [{ port: STATUS_PORT, protocol: 'TCP' }] }];
}

/** A policy cannot name hosts, so where these are is open and only their ports are not. */
function platformPorts({ kafka, registry }: Environment): number[] {
  const { port, protocol } = new URL(registry.url);
  const registryPort = Number(port) || (protocol === 'https:' ? 443 : 80);
  const brokers = kafka.bootstrap.map((address) => Number(address.slice(address.lastIndexOf(':') + 1)));
  return [...new Set([...brokers, registryPort])].sort((a, b) => a - b);
}

function targets({ allowedCidrs, sources }: ScraperSettings): Egress[] {
  const declared = allowedCidrs.filter((cidr) => cidr !== WORD).map((cidr) => ({ cidr }));
  const discovers = sources.some(({ type }) => type === 'capabilities');
  const blocks = [...declared, ...(discovers || allowedCidrs.includes(WORD) ? PUBLIC : [])];
  return blocks.length === 0 ? [] : [{ to: blocks.map((ipBlock) => ({ ipBlock })) }];
}
