import { anyType } from '../managed-type';
import type { ManagedType } from '../managed-type';
import { connectorType } from './connector';
import { plainUserType } from './plain-user';
import { queryType } from './query';
import { subjectType } from './subject';

/** Every type that the provider knows. */
export const managedTypes: readonly ManagedType[] = [
  anyType(subjectType),
  anyType(connectorType),
  anyType(queryType),
  anyType(plainUserType),
];
