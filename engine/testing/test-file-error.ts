/** A mistake in a test file: its message names the file and, where known, line and column (1-based). */
export class TestFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TestFileError';
  }

  static at(path: string, place: string, message: string): TestFileError {
    return new TestFileError(`${path}${place}: ${message}`);
  }
}
