import type { AmplifyRootStackTemplate } from '@aws-amplify/cli-extensibility-helper';

// The root stack is a stack of CDK, which Amplify's type does not say. Amplify's own parameters name the environment.
export function override(resources: AmplifyRootStackTemplate): void {
  (resources as unknown as { addTransform(name: string): void }).addTransform('AmplifyBoundary');
}
