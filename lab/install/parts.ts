/** A part that is installed from a package registry, as data. */
export interface InstallPart {
  readonly name: InstallName;
  readonly title: string;
  readonly version: string;
  /** What it needs on disk once installed, MiB (measured). */
  readonly sizeMiB: number;
  readonly how: MavenInstall | GoInstall | PipInstall;
  /** File inside the installed folder that must exist. */
  readonly check: string;
  /** Variable that names a copy of one's own: a folder, or for a program the program itself. */
  readonly variable: string;
  /** Program that is taken from PATH when it is there. */
  readonly onPath?: string;
}

export type InstallName =
  'kafka' | 'iceberg-sink' | 'apicurio-converter' | 'apicurio-registry' | 'minio' | 'duckdb-extensions';

export interface MavenInstall {
  readonly kind: 'maven';
  /** Folder under `lab/poms` with the pinned `pom.xml`. */
  readonly pom: string;
  /** Goals and options; `{out}` stands for the folder to fill. */
  readonly goals: readonly string[];
  /** Files that the build makes beside the copied ones: from (under the pom's folder) to (under the installed folder). */
  readonly built?: Readonly<Record<string, string>>;
}

export interface GoInstall {
  readonly kind: 'go';
  readonly module: string;
  /** Packages that the build compiles, for the progress display (measured). */
  readonly packages: number;
}

/** Files out of Python wheels: that is how DuckDB's signed extensions reach a machine that sees package registries only. */
export interface PipInstall {
  readonly kind: 'pip';
  /** Wheels, all of the part's version. */
  readonly packages: readonly string[];
  /** Which files of the wheels are kept. */
  readonly keep: string;
}

const COPY_JARS = [
  'dependency:copy-dependencies',
  '-DincludeScope=runtime',
  '-DoutputDirectory={out}/lib',
] as const;

export const INSTALL_PARTS: readonly InstallPart[] = [
  {
    name: 'kafka',
    title: 'Kafka and Connect',
    version: '4.3.1',
    sizeMiB: 55,
    how: { kind: 'maven', pom: 'kafka', goals: COPY_JARS },
    check: 'lib/kafka_2.13-4.3.1.jar',
    variable: 'KAFKA_HOME',
  },
  {
    name: 'apicurio-registry',
    title: 'Apicurio Registry',
    version: '2.6.13.Final',
    sizeMiB: 146,
    how: {
      kind: 'maven',
      pom: 'apicurio-registry',
      goals: ['dependency:unpack-dependencies', '-DoutputDirectory={out}'],
    },
    check: 'apicurio-registry-app-2.6.13.Final-runner.jar',
    variable: 'APICURIO_REGISTRY_HOME',
  },
  {
    name: 'apicurio-converter',
    title: 'Avro converter',
    version: '2.6.13.Final',
    sizeMiB: 17,
    how: {
      kind: 'maven',
      pom: 'apicurio-converter',
      // The worker brings Kafka and slf4j itself; a second copy in the plugin would not be compatible with it.
      goals: ['resources:resources', 'jar:jar', ...COPY_JARS, '-DexcludeGroupIds=org.apache.kafka,org.slf4j'],
      built: { 'target/apicurio-converter-1.jar': 'lib/service-manifest.jar' },
    },
    check: 'lib/service-manifest.jar',
    variable: 'APICURIO_CONVERTER_HOME',
  },
  {
    name: 'iceberg-sink',
    title: 'Iceberg sink',
    version: '1.12.0',
    sizeMiB: 170,
    how: { kind: 'maven', pom: 'iceberg-sink', goals: COPY_JARS },
    check: 'lib/iceberg-kafka-connect-1.12.0.jar',
    variable: 'ICEBERG_SINK_HOME',
  },
  {
    name: 'minio',
    title: 'MinIO (built from source)',
    version: 'v0.0.0-20260212201848-7aac2a2c5b7c',
    sizeMiB: 107,
    how: { kind: 'go', module: 'github.com/minio/minio', packages: 1300 },
    check: 'bin/minio',
    variable: 'MINIO_BIN',
    onPath: 'minio',
  },
];

/** What reads the lake: installed when it is first asked for, not with the platform. Its version is that of `@duckdb/node-api`. */
export const LAKE_READER: InstallPart = {
  name: 'duckdb-extensions',
  title: "DuckDB's extensions",
  version: '1.5.5',
  sizeMiB: 130,
  how: {
    kind: 'pip',
    packages: ['httpfs', 'avro', 'iceberg', 'sqlite-scanner', 'postgres-scanner'].map(
      (name) => `duckdb-extension-${name}`,
    ),
    keep: '.duckdb_extension',
  },
  check: 'iceberg.duckdb_extension',
  variable: 'DUCKDB_EXTENSIONS',
};

/** The part of that name. */
export function installPart(name: InstallName): InstallPart {
  return INSTALL_PARTS.find((part) => part.name === name)!;
}
