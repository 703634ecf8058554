/** A pattern of java.util.regex, read: text that JavaScript's `v` mode takes as it is, groups, and what refers to them. */
export type RegexNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'sequence'; readonly nodes: readonly RegexNode[] }
  /** `open` is `(?:`, `(?=` and the like. */
  | { readonly kind: 'group'; readonly open: string; readonly body: RegexNode }
  | { readonly kind: 'capture'; readonly index: number; readonly name?: string; readonly body: RegexNode }
  /** Matches without giving anything back. */
  | { readonly kind: 'atomic'; readonly body: RegexNode }
  | { readonly kind: 'reference'; readonly group: number | string };

export interface RegexTree {
  readonly root: RegexNode;
  /** Of JavaScript: i, m, s. */
  readonly flags: string;
  readonly captures: number;
}
