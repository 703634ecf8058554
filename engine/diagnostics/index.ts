export { invariant, KsqlError, NotSupportedError } from './diagnostic';
export type { Diagnostic, Severity } from './diagnostic';
export { CODES } from './codes';
export type { CodeDescription } from './codes';
export { formatDiagnostic, formatDiagnostics } from './format-diagnostic';
export { editDistance, nearest, suggest } from './suggest';
