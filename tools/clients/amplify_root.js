// Applies an override.ts to the root stack of an Amplify Gen 1 project as the Amplify CLI does: the root is a
// stack of CDK, which the override gets before it is synthesized.
//
//     NODE_PATH=examples/cdk/node_modules node tools/clients/amplify_root.js PROJECT DIRECTORY
//
// Writes DIRECTORY/AmplifyRootStack.template.json, among the other files of a cloud assembly.

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { App, BootstraplessSynthesizer, Stack, cloudformation_include: include } = require('aws-cdk-lib');
const typescript = require('typescript');

function main(project, directory) {
  const app = new App({ outdir: directory, analyticsReporting: false });
  const stack = new Stack(app, 'AmplifyRootStack', { synthesizer: new BootstraplessSynthesizer() });
  const templateFile = path.join(project, 'amplify', 'backend', 'awscloudformation', 'build', 'root-cloudformation-stack.json');
  new include.CfnInclude(stack, 'Root', { templateFile });

  load(path.join(project, 'override.ts')).override(stack);

  app.synth();
}

function load(file) {
  const compilerOptions = { module: typescript.ModuleKind.CommonJS, target: typescript.ScriptTarget.ES2022 };
  const { outputText } = typescript.transpileModule(fs.readFileSync(file, 'utf8'), { compilerOptions });
  const loaded = { exports: {} };
  new Function('module', 'exports', 'require', outputText)(loaded, loaded.exports, require);
  return loaded.exports;
}

main(...process.argv.slice(2));
