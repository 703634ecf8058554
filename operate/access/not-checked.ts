import { MissingSecretError } from '../../resources/secret';

/** How servers say that a right was not given. */
const NOT_ALLOWED =
  /AUTHORIZATION_FAILED|SASL_AUTHENTICATION_FAILED|HTTP 40[13]\b|AccessDenied|Access Denied/;

/**
 * Why something could not be looked at, where that is a matter of who looks: a secret that is lacking, a right that was not
 * given. Undefined for anything else, which is a failure.
 */
export function reasonNotChecked(error: unknown): string | undefined {
  const { message } = error as Error;
  if (error instanceof MissingSecretError) return message;
  return NOT_ALLOWED.test(message) ? message : undefined;
}
