import { CfnOutput, Stack, type StackProps, aws_lambda as lambda } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface ReportStackProps extends StackProps {
  orders: lambda.IFunction;
}

/** Refers to another region's stack: CDK adds the functions that carry the value, and their roles, after all aspects have run. */
export class ReportStack extends Stack {
  constructor(scope: Construct, id: string, props: ReportStackProps) {
    super(scope, id, props);
    new CfnOutput(this, 'Source', { value: props.orders.functionName });
  }
}
