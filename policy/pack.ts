import { PolicyPack } from '@pulumi/policy';
import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import * as pulumi from '@pulumi/pulumi';
import { RULES, STACK_RULES, policySettings } from './index';
import type { Rule, RuledResource, StackRule } from './index';
import type { Json } from './rule';

/** The same rules that `./naap plan` applies, as Pulumi's policy host runs them: `pulumi preview --policy-pack policy/pack`. */
new PolicyPack('naap', {
  enforcementLevel: 'mandatory',
  policies: [...RULES.map(resourcePolicy), ...STACK_RULES.map(stackPolicy)],
});

function resourcePolicy({ name, description, types, check }: Rule): ResourceValidationPolicy {
  return {
    name,
    description,
    validateResource: ({ type, name: resource, props, opts }, report) => {
      if (!types.includes(type)) return;
      const ruled = ruledResource(type, resource, props, opts);
      for (const problem of check(ruled, settings())) report(`"${resource}" ${problem}`);
    },
  };
}

function stackPolicy({ name, description, types, check }: StackRule): StackValidationPolicy {
  return {
    name,
    description,
    validateStack: ({ resources }, report) => {
      const judged = resources.filter(({ type }) => types.includes(type));
      const byResource = new Map(judged.map((it) => [ruled(it), it] as const));
      for (const { resource, problem } of check([...byResource.keys()], settings()))
        report(`"${resource.name}" ${problem}`, byResource.get(resource)?.urn);
    },
  };
}

function ruled({ type, name, props, opts }: PolicyResource): RuledResource {
  return ruledResource(type, name, props, opts);
}

/** Pulumi tells no `retainOnDelete`: that option stays unjudged here, and is judged by `plan`. */
function ruledResource(
  type: string,
  name: string,
  props: Record<string, unknown>,
  { protect, deleteBeforeReplace = false }: PolicyResource['opts'],
): RuledResource {
  return { type, name, inputs: knownInputs(props), options: { protect, deleteBeforeReplace } };
}

/** In a preview, asking for a property that is not known yet throws: it is left out. */
function knownInputs(props: Record<string, unknown>): RuledResource['inputs'] {
  const known = Object.keys(props).flatMap((key) => {
    try {
      return [[key, JSON.parse(JSON.stringify(props[key] ?? null)) as Json] as const];
    } catch {
      return [];
    }
  });
  return Object.fromEntries(known);
}

function settings(): ReturnType<typeof policySettings> {
  return policySettings(pulumi.getStack());
}
