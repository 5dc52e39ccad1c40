import { Stack, type Stage, type StackProps, aws_codepipeline as codepipeline, aws_s3 as s3, pipelines } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Deploys a stage by CDK Pipelines. Its own roles are those of the environment in which it runs. */
export class PipelineStack extends Stack {
  private readonly pipeline: pipelines.CodePipeline;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const source = pipelines.CodePipelineSource.s3(new s3.Bucket(this, 'Source', { versioned: true }), 'source.zip');
    this.pipeline = new pipelines.CodePipeline(this, 'Pipeline', {
      pipelineType: codepipeline.PipelineType.V2,
      synth: new pipelines.ShellStep('Synth', { input: source, commands: ['npm ci', 'npx cdk synth'] }),
    });
  }

  deploy(stage: Stage): void {
    this.pipeline.addStage(stage);
  }
}
