/** What one installation gets to work with. */
export interface InstallTarget {
  /** The checkout. */
  readonly root: string;
  /** Empty folder to fill; it is moved to its place when complete. */
  readonly folder: string;
  /** Folder for downloads and intermediate files: kept after a failure, removed after a success. */
  readonly work: string;
  readonly signal?: AbortSignal;
  readonly onProgress: (text: string) => void;
}
