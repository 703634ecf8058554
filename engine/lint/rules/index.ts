import type { LintRule } from '../rule';
import { deterministic } from './deterministic';
import { emitFinal } from './emit-final';
import { explainedOffsetReset } from './explained-offset-reset';
import { explainedPartitioning } from './explained-partitioning';
import { explicitProperties } from './explicit-properties';
import { explicitWindow } from './explicit-window';
import { noAverageOfAverages } from './no-average-of-averages';
import { noSelectStar } from './no-select-star';
import { plainNames } from './plain-names';
import { pullQuerySurface } from './pull-query-surface';
import { versionedState } from './versioned-state';
import { windowBoundsProjected } from './window-bounds-projected';

/** All rules, in the order of their codes. */
export const RULES: readonly LintRule[] = [
  explicitProperties,
  noSelectStar,
  explicitWindow,
  emitFinal,
  windowBoundsProjected,
  noAverageOfAverages,
  deterministic,
  explainedOffsetReset,
  versionedState,
  explainedPartitioning,
  plainNames,
  pullQuerySurface,
];
