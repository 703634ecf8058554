import { readFileSync } from 'node:fs';

/** Keys and certificates as TLS of Node takes them. */
export interface Identity {
  readonly key?: string;
  readonly cert?: string;
  readonly pfx?: Buffer;
  readonly passphrase?: string;
}
type Get = (name: string) => string | undefined;
type StoreKind = 'PEM' | 'PKCS12' | 'JKS';

const PEM_START = '-----BEGIN ';
/** First bytes of a Java key store in its own form. */
const JKS_MAGIC = 0xfeedfeed;

/**
 * Reads the stores that stock's `ssl.*` properties name. What a file holds tells its form, as it does in Java: stores made by
 * `keytool` are PKCS12 since Java 9, whatever they are called. Java's own form (JKS) is refused, with the way to convert it.
 */
export class KeyStoreReader {
  constructor(
    private readonly get: Get,
    private readonly problem: (message: string) => void,
  ) {}

  /** Key and certificates to show. */
  identity(prefix = 'ssl.keystore'): Identity {
    const passphrase = this.get('ssl.key.password') ?? this.get(`${prefix}.password`);
    const chain = this.get(`${prefix}.certificate.chain`);
    if (chain) return { cert: chain, key: this.get(`${prefix}.key`), passphrase };
    const store = this.read(`${prefix}.location`, `${prefix}.type`);
    if (store?.kind === 'PEM')
      return { cert: store.content.toString(), key: store.content.toString(), passphrase };
    return store ? { pfx: store.content, passphrase: this.get(`${prefix}.password`) ?? passphrase } : {};
  }

  /** Certificates of the authorities to believe; undefined: those that the system believes. */
  authorities(prefix = 'ssl.truststore'): string | undefined {
    const inline = this.get(`${prefix}.certificates`);
    if (inline) return inline;
    const store = this.read(`${prefix}.location`, `${prefix}.type`);
    if (store?.kind !== 'PKCS12') return store?.content.toString();
    const file = this.get(`${prefix}.location`)!;
    this.problem(
      `${prefix}.location names the PKCS12 store ${file}: authorities are read as PEM. Convert it: openssl pkcs12 -in ${file} -nokeys -out truststore.pem, and set ${prefix}.type=PEM`,
    );
    return undefined;
  }

  private read(
    locationName: string,
    typeName: string,
  ): { kind: 'PEM' | 'PKCS12'; content: Buffer } | undefined {
    const file = this.get(locationName);
    if (!file) return undefined;
    const content = this.file(locationName, file);
    if (!content) return undefined;
    const type = this.get(typeName)?.toUpperCase();
    if (type !== undefined && !['PEM', 'PKCS12', 'JKS'].includes(type)) {
      this.problem(`${typeName} is ${type}, one of PEM, PKCS12, JKS is expected`);
      return undefined;
    }
    const kind = storeKind(content);
    if (kind === 'PEM' || kind === 'PKCS12') return { kind, content };
    this.problem(
      kind === 'JKS'
        ? `${locationName} names ${file}, a key store in Java's own form (JKS), which the local engine does not read. Convert it: keytool -importkeystore -srckeystore ${file} -destkeystore store.p12 -deststoretype PKCS12`
        : `${locationName} names ${file}, which is neither PEM nor PKCS12`,
    );
    return undefined;
  }

  private file(name: string, path: string): Buffer | undefined {
    try {
      return readFileSync(path);
    } catch (error) {
      this.problem(`${name} names the file ${path}, which cannot be read: ${(error as Error).message}`);
      return undefined;
    }
  }
}

function storeKind(content: Buffer): StoreKind | undefined {
  if (content.includes(PEM_START)) return 'PEM';
  if (content.length >= 4 && content.readUInt32BE(0) === JKS_MAGIC) return 'JKS';
  // PKCS12 is one ASN.1 SEQUENCE.
  return content[0] === 0x30 ? 'PKCS12' : undefined;
}
