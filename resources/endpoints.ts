/**
 * Where the parts of one environment answer, and with which administrator they are changed. Secrets are held apart, in
 * files of mode 0600: an endpoint names the file, never the value.
 */
export interface PlatformEndpoints {
  readonly kafka: {
    /** `host:port` of the SASL_PLAINTEXT (lab) or SASL_SSL listener with SCRAM-SHA-512. */
    readonly bootstrap: readonly string[];
    /** CA file (PEM) when the listener speaks TLS. */
    readonly caFile?: string;
    readonly admin: Credentials;
    /** The listener for gateways: SASL_SSL with PLAIN, all that go-livepeer speaks. */
    readonly ingest: { readonly bootstrap: readonly string[]; readonly caFile: string };
    readonly brokers: number;
  };
  /** Confluent-compatible API root of the schema registry, without a trailing slash, e.g. `http://127.0.0.1:19081/apis/ccompat/v7`. */
  readonly registry: { readonly url: string; readonly nativeUrl: string };
  /** One Connect cluster a name (`critical`, `curated`). */
  readonly connect: Readonly<Record<string, { readonly url: string }>>;
  readonly ksqldb: { readonly url: string };
  readonly minio: { readonly endpoint: string; readonly region: string; readonly admin: Credentials };
}

export interface Credentials {
  readonly username: string;
  /** File (mode 0600) that holds the password and nothing else. */
  readonly passwordFile: string;
}
