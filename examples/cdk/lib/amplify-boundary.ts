import { type IAspect, Stack } from 'aws-cdk-lib';

/** Declares the macro AmplifyBoundary, with an environment, in each stack and nested stack of a scope. */
export class AmplifyBoundary implements IAspect {
  constructor(private readonly environment: string) {}

  visit(node: unknown): void {
    if (!Stack.isStack(node)) return;
    // The type takes a name only; an object reaches the template as it is.
    Stack.prototype.addTransform.call(node, { Name: 'AmplifyBoundary', Parameters: { Environment: this.environment } } as unknown as string);
    // CDK declares AWS::LanguageExtensions after all aspects, where a value needs it; AmplifyBoundary stays last.
    node.addTransform = (other) => node.templateOptions.transforms?.splice(-1, 0, other);
  }
}
