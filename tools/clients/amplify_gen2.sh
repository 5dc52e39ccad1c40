#!/bin/sh
# Makes the templates of the example for Amplify Gen 2, for a branch or a sandbox, and stores them in its testdata. ampx itself
# needs an account; the context has what ampx would pass.
#
#     tools/clients/amplify_gen2.sh branch|sandbox NAME
set -eu
cd "$(dirname "$0")/../../examples/amplify-gen2"

built=../../build/clients/amplify-gen2/$1
npx tsc
CDK_DISABLE_CLI_TELEMETRY=true npx cdk synth --quiet --no-notices --app 'npx tsx amplify/backend.ts' --output "$built" \
	--context amplify-backend-namespace=recipes --context "amplify-backend-type=$1" --context "amplify-backend-name=$2"
rm -rf "testdata/$1"
mkdir -p "testdata/$1"
cp "$built"/*.template.json "testdata/$1"
