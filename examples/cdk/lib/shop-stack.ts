import {
  Aws, CfnMapping, CustomResource, Duration, NestedStack, RemovalPolicy, Stack, type StackProps,
  aws_dynamodb as dynamodb, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, aws_s3 as s3, aws_s3_notifications as notifications,
  aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks, cloudformation_include as include, custom_resources as custom,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { join } from 'node:path';

const handler = 'exports.handler = async () => ({});';

function newFunction(scope: Construct, id: string, props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline(handler), ...props,
  });
}

/** A shop with roles from each of the ways in which CDK makes them. */
export class ShopStack extends Stack {
  readonly orders: lambda.Function;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    // Constructs with a role of their own, one of them with a helper function for its log group.
    this.orders = newFunction(this, 'Orders', { logRetention: logs.RetentionDays.ONE_WEEK });
    new sfn.StateMachine(this, 'Fulfilment', {
      definitionBody: sfn.DefinitionBody.fromChainable(new tasks.LambdaInvoke(this, 'Pack', { lambdaFunction: this.orders })),
      timeout: Duration.minutes(5),
    });

    // Custom resource providers: CDK's core ones write their roles without the IAM module.
    const labels = new s3.Bucket(this, 'Labels', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
    labels.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.LambdaDestination(this.orders));
    new custom.AwsCustomResource(this, 'Greeting', {
      onUpdate: { service: 'SNS', action: 'listTopics', physicalResourceId: custom.PhysicalResourceId.of('greeting') },
      policy: custom.AwsCustomResourcePolicy.fromSdkCalls({ resources: ['*'] }),
    });
    const provider = new custom.Provider(this, 'Seeds', {
      onEventHandler: newFunction(this, 'Seed'), isCompleteHandler: newFunction(this, 'Seeded'),
    });
    new CustomResource(this, 'Seeding', { serviceToken: provider.serviceToken });

    // A construct that makes nested stacks of its own, and nested stacks two deep.
    new dynamodb.Table(this, 'Stock', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING }, replicationRegions: ['eu-central-1'],
    });
    const catalogue = new NestedStack(this, 'Catalogue');
    // A default makes CDK declare AWS::LanguageExtensions, after all aspects have run.
    const languages = new CfnMapping(catalogue, 'Languages', { mapping: { 'eu-central-1': { language: 'de' } } });
    newFunction(catalogue, 'Search', { environment: { LANGUAGE: languages.findInMap(Aws.REGION, 'language', 'en') } });
    newFunction(new NestedStack(catalogue, 'Covers'), 'Shrink');

    // A template from before CDK, and a boundary that is given natively.
    new include.CfnInclude(this, 'Invoices', { templateFile: join(__dirname, '..', '..', 'invoices.yaml') });
    newFunction(this, 'Accounting', {
      role: new iam.Role(this, 'AccountingRole', {
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
        permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(this, 'Old', 'boundary-of-last-year'),
      }),
    });
  }
}
