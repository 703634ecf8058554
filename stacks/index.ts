import path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { readDeclaration } from './declaration';
import { readEnvironment } from './environment';
import { secretValues } from './secret-source';
import { declareStack } from './stack';

/** The program that `pulumi up` runs. */
const name = pulumi.getStack();
declareStack({
  environment: readEnvironment({
    name,
    file: `Pulumi.${name}.yaml`,
    values: pulumi.runtime.allConfig(),
    variables: process.env,
  }),
  declaration: readDeclaration(path.resolve(__dirname, '..')),
  secrets: secretValues,
});
