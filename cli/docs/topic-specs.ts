import type { Declaration } from '../../stacks/declaration';
import { topicSpecs } from '../../stacks/topics';
import type { TopicSpec } from '../../stacks/topics';
import { dataSettings } from '../ksql/sql-project';

/** Topics that the stack makes in one environment; users and endpoints are not looked at. */
export function topicSpecsOf(root: string, environment: string, { connectors }: Declaration): TopicSpec[] {
  return topicSpecs(dataSettings(root, environment), connectors);
}
