#!/usr/bin/env bash
# Uploads the functions' zips to a bucket, and prints the parameters of the plain template that lead to them, a line each.
#
#   upload.sh BUILD BUCKET ARCHITECTURE
#
# BUILD is the folder with the zips of `make package`, and ARCHITECTURE arm64 or x86_64. A zip's key depends on its content, so that
# CloudFormation deploys new code, and keeps the zip that a rollback needs.
set -euo pipefail

build=$1 bucket=$2 architecture=$3
case $architecture in
arm64) zips=arm64 ;;
x86_64) zips=amd64 ;;
*)
	printf 'upload: error: there are zips for the architectures arm64 and x86_64, not for %s\n' "$architecture" >&2
	exit 2
	;;
esac

# upload FUNCTION PARAMETER: uploads its zip and prints its key as a parameter.
upload() {
	local zip="$build/amplify-boundary-$1-$zips.zip" sum key
	sum=$({ sha256sum "$zip" 2>/dev/null || shasum -a 256 "$zip"; } | cut -c -64)
	key="amplify-boundary/$sum/${zip##*/}"
	aws s3 cp --only-show-errors "$zip" "s3://$bucket/$key" >&2
	echo "$2=$key"
}

echo "CodeBucket=$bucket"
upload macro CodeKey
upload guard GuardCodeKey
echo "Architecture=$architecture"
