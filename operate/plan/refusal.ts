/** Why something is not done, and what to do instead. */
export interface Refusal {
  readonly reason: string;
  readonly remedy: string;
}
