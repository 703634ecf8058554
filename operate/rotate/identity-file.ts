import { parseDocument } from 'yaml';
import type { UserSlot } from '../../stacks/identities';

/** The text of `Pulumi.<stack>.yaml` with `slot` as the user in use of `principal`; everything else stays as it is written. */
export function withCurrentUser(text: string, principal: string, slot: UserSlot): string {
  const document = parseDocument(text);
  document.setIn(['config', 'naap:identities', principal], slot);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}
