/** Functions whose first argument is a unit of time written as a bare word, such as `TIMESTAMPADD(SECONDS, 5, ts)`. */
const PATTERN = /^(TIMESTAMP|DATE|TIME)(ADD|SUB)$/;

/** Whether a bare DAYS among the arguments is a unit; in all other functions it is a column. */
export function takesTimeUnit(functionName: string): boolean {
  return PATTERN.test(functionName);
}
