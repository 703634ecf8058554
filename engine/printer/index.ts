export { formatExpression, formatList } from './expressions';
export { formatName, formatString, needsQuotes, quoteName } from './names';
export { formatDuration, formatQuery, formatWindow } from './queries';
export type { QueryFormat } from './queries';
export { formatStatement } from './statements';
export { formatType } from './types';
export type { TypeFormat } from './types';
