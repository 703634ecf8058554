import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface BasicUser {
  readonly name: string;
  /** In plain text, or as Jetty writes it: `MD5:…`; other forms are refused. */
  readonly password: string;
  readonly roles: readonly string[];
}

/**
 * Users of a JAAS realm with Jetty's PropertyFileLoginModule: the realm's section names a file of lines
 * `user: password,role,…`.
 */
export function readUsers(jaasFile: string, realm: string): BasicUser[] {
  const text = readFileSync(jaasFile, 'utf8');
  const section = new RegExp(
    `(?:^|\\s)${realm.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*\\{([^}]*)\\}`,
  ).exec(text)?.[1];
  if (section === undefined) throw new Error(`${jaasFile} has no realm "${realm}"`);
  const file = /\bfile\s*=\s*"([^"]+)"/.exec(section)?.[1];
  if (file === undefined) throw new Error(`the realm "${realm}" in ${jaasFile} names no file="…"`);
  return parseUsers(readFileSync(resolve(dirname(jaasFile), file), 'utf8'));
}

function parseUsers(text: string): BasicUser[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseUser);
}

function parseUser(line: string): BasicUser {
  const match = /^([^:\s]+)\s*:\s*((?:(?:MD5|OBF|CRYPT):)?[^,]*)(?:,(.*))?$/.exec(line);
  if (!match) throw new Error(`a user's line must read "user: password,role,…"`);
  const [, name, password, roles] = match;
  if (/^(OBF|CRYPT):/.test(password!))
    throw new Error(
      `the password of user "${name}" is ${password!.split(':')[0]}: plain text or MD5 is expected`,
    );
  return {
    name: name!,
    password: password!.trim(),
    roles: (roles ?? '')
      .split(',')
      .map((role) => role.trim())
      .filter(Boolean),
  };
}
