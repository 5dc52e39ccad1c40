import { App, Aspects, Stage } from 'aws-cdk-lib';
import { AmplifyBoundary } from '../lib/amplify-boundary';
import { PipelineStack } from '../lib/pipeline-stack';
import { ReportStack } from '../lib/report-stack';
import { ShopStack } from '../lib/shop-stack';

const account = '123456789012';
const app = new App();

// Every stack of the app, but for those of its stages.
Aspects.of(app).add(new AmplifyBoundary('dev'));
const shop = new ShopStack(app, 'Shop', { env: { account, region: 'eu-west-1' }, crossRegionReferences: true });
new ReportStack(app, 'Report', { env: { account, region: 'us-east-1' }, crossRegionReferences: true, orders: shop.orders });

// An aspect on the app does not reach a stage, so a stage has its own, before the pipeline gets it.
const prod = new Stage(app, 'Prod', { env: { account, region: 'eu-west-1' } });
Aspects.of(prod).add(new AmplifyBoundary('prod'));
new ShopStack(prod, 'Shop');

const pipeline = new PipelineStack(app, 'Pipeline', { env: { account, region: 'eu-west-1' } });
const stage = new Stage(pipeline, 'Stage', { env: { account, region: 'eu-west-1' } });
Aspects.of(stage).add(new AmplifyBoundary('stage'));
new ShopStack(stage, 'Shop');
pipeline.deploy(stage);
