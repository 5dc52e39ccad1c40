#!/usr/bin/env bash
# Uploads the functions' zips to a bucket and deploys the plain template with the AWS CLI, for `make deploy SAM=no`.
#
#   deploy.sh BUILD BUCKET STACK [PARAMETER=VALUE...]
#
# BUILD is the folder with the zips and the template of `make package`, BUCKET a bucket in the region of the stack. Parameters that
# are not given keep their values, except Architecture, which selects the zips and is arm64 by default.
set -euo pipefail

if [ $# -lt 3 ] || [ -z "$2" ]; then
	echo 'deploy: error: no bucket; give one in the region of the stack: make deploy SAM=no BUCKET=...' >&2
	exit 2
fi
build=$1 bucket=$2 stack=$3
shift 3

architecture=arm64
for parameter; do
	case $parameter in Architecture=*) architecture=${parameter#*=} ;; esac
done
uploaded=$("${0%/*}/upload.sh" "$build" "$bucket" "$architecture")
# Keys have no white space.
# shellcheck disable=SC2086
aws cloudformation deploy --stack-name "$stack" --template-file "$build/amplify-boundary.template.yaml" \
	--capabilities CAPABILITY_IAM --no-fail-on-empty-changeset \
	--parameter-overrides "$@" $uploaded
