import type { Properties } from '../wire';

/** The login among the inputs of a resource. */
export function loginOf({
  username,
  password,
}: Properties): { username: string; password: string } | undefined {
  return typeof username === 'string' && typeof password === 'string' ? { username, password } : undefined;
}
