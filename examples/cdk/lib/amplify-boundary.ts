import { type IAspect, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Declares the macro AmplifyBoundary, with an environment, in each stack and nested stack of a scope. */
export class AmplifyBoundary implements IAspect {
  constructor(private readonly environment: string) {}

  visit(node: IConstruct): void {
    if (!Stack.isStack(node)) return;
    // The type takes a name only; an object reaches the template as it is.
    node.addTransform({ Name: 'AmplifyBoundary', Parameters: { Environment: this.environment } } as unknown as string);
  }
}
