import * as pulumi from '@pulumi/pulumi';
import { readSecret } from './secrets';

/** Turns a reference (`env:NAME`, `file:/path`) into what a resource gets. */
export type SecretSource = (reference: string) => pulumi.Output<string>;

/** The value itself, for a real `pulumi up`: read now, kept secret. Throws when there is none. */
export const secretValues: SecretSource = (reference) => pulumi.secret(readSecret(reference));

/** The reference itself: whoever applies the collected resources reads it. No value passes through the program. */
export const secretReferences: SecretSource = (reference) => pulumi.secret(reference);
