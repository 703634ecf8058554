/** One `.avsc` file: the schema of the subject that it is named after. */
export interface SchemaFile {
  readonly path: string;
  /** `<topic>-value` or `<topic>-key`. */
  readonly subject: string;
  readonly schema: string;
}

const SUBJECT = /^[A-Za-z0-9._-]+-(key|value)$/;

/** Checks the file's name and that it is JSON. Throws with the file. */
export function parseSchemaFile({
  path,
  text,
}: {
  readonly path: string;
  readonly text: string;
}): SchemaFile {
  const subject = path.replace(/^.*\//, '').replace(/\.avsc$/, '');
  if (!SUBJECT.test(subject)) {
    throw new Error(
      `${path}: the file is named "${subject}", expected a subject: "<topic>-value.avsc" or "<topic>-key.avsc"`,
    );
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: is not JSON: ${(error as Error).message}`);
  }
  return { path, subject, schema: text };
}
