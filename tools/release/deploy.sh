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
case $architecture in
arm64) zips=arm64 ;;
x86_64) zips=amd64 ;;
*)
	printf 'deploy: error: there are zips for the architectures arm64 and x86_64, not for %s\n' "$architecture" >&2
	exit 2
	;;
esac

# upload FUNCTION: uploads its zip and prints its key. The key depends on the content, so that CloudFormation deploys new code, and
# keeps the zip that a rollback needs. In $(...), set -e does not end a function.
upload() {
	local zip="$build/amplify-boundary-$1-$zips.zip" sum key
	sum=$({ sha256sum "$zip" 2>/dev/null || shasum -a 256 "$zip"; } | cut -c -64) || return
	key="amplify-boundary/$sum/${zip##*/}"
	aws s3 cp --only-show-errors "$zip" "s3://$bucket/$key" >&2 || return
	echo "$key"
}

macro=$(upload macro)
guard=$(upload guard)
aws cloudformation deploy --stack-name "$stack" --template-file "$build/amplify-boundary.template.yaml" \
	--capabilities CAPABILITY_IAM --no-fail-on-empty-changeset \
	--parameter-overrides "$@" "CodeBucket=$bucket" "CodeKey=$macro" "GuardCodeKey=$guard" "Architecture=$architecture"
