import { MissingSecretError } from '../../resources/secret';

/** How servers say that a right was not given. A login that is refused is none of these: who looks is not who is declared. */
const NOT_ALLOWED = /AUTHORIZATION_FAILED|HTTP 403\b|AccessDenied|Access Denied/;
const REFUSED_LOGIN =
  /InvalidAccessKeyId|SignatureDoesNotMatch|Access Key Id you provided|signature we calculated/;

/**
 * Why something could not be looked at, where that is a matter of who looks: a secret that is lacking, a right that was not
 * given. Undefined for anything else, which is a failure.
 */
export function reasonNotChecked(error: unknown): string | undefined {
  const { message } = error as Error;
  if (error instanceof MissingSecretError) return message;
  return NOT_ALLOWED.test(message) && !REFUSED_LOGIN.test(message) ? message : undefined;
}
