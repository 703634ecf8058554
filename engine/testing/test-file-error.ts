/** A mistake in a test file: names the file and, where known, line and column (1-based). */
export class TestFileError extends Error {
  constructor(path: string, place: string, message: string) {
    super(`${path}${place}: ${message}`);
    this.name = 'TestFileError';
  }
}
