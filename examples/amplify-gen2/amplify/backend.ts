import { defineBackend } from '@aws-amplify/backend';
import { Aspects, Stack } from 'aws-cdk-lib';
import { auth } from './auth/resource';
import { data } from './data/resource';
import { greet } from './functions/greet/resource';
import { storage } from './storage/resource';

const backend = defineBackend({ auth, data, greet, storage });

// To copy: these lines, and the import of Aspects and Stack. All sandboxes share one environment; a branch has its own.
const context = (name: string): string => backend.stack.node.getContext(`amplify-backend-${name}`);
const environment = context('type') === 'sandbox' ? 'sandbox' : context('name').replace(/^[_.]|[^\w.-]/g, '-').slice(0, 64);
Aspects.of(backend.stack).add({
  visit(node) {
    if (!Stack.isStack(node)) return;
    // The type takes a name only; an object reaches the template as it is.
    node.addTransform({ Name: 'AmplifyBoundary', Parameters: { Environment: environment } } as unknown as string);
    // CDK declares AWS::LanguageExtensions after all aspects, where a value needs it; AmplifyBoundary stays last.
    node.addTransform = (other) => node.templateOptions.transforms?.splice(-1, 0, other);
  },
});
