#!/bin/sh
# Checks which packages may import which, and that ARCHITECTURE.md lists each. Prints what breaks a rule; exits 1 if anything does.
set -eu

module=$(go list -m)
faults=0

# A line a package and import: "package import", of direct imports, and of all that a package reaches.
imports=$(go list -f '{{$p := .ImportPath}}{{range .Imports}}{{$p}} {{.}}{{"\n"}}{{end}}' ./...)
reached=$(go list -f '{{$p := .ImportPath}}{{range .Deps}}{{$p}} {{.}}{{"\n"}}{{end}}' ./...)

# refuse LINES PACKAGE IMPORT REASON: none of the lines may have a package that matches the first regular
# expression and an import that matches the second.
refuse() {
	found=$(printf '%s\n' "$1" | awk -v package="^$module/($2)\$" -v import="$3" '$1 ~ package && $2 ~ import')
	if [ -n "$found" ]; then
		printf '%s\n' "$found" | while read -r package import; do printf '%s imports %s: %s\n' "$package" "$import" "$4"; done
		faults=1
	fi
}

# only IMPORT PACKAGES REASON: no package but those that match the second regular expression may itself
# import what matches the first.
only() {
	refuse "$(printf '%s\n' "$imports" | awk -v allowed="^$module/($2)\$" '$1 !~ allowed')" '.*' "$1" "$3"
}

pure='transform|internal/(boundary|cfn|declare|environment|intrinsic)'
refuse "$reached" "$pure" '^(github.com/aws/|net$|net/|os/)' 'it does no I/O and knows no AWS'
refuse "$imports" "$pure" '^(os|time|math/rand.*|log.*|bufio)$' 'it does no I/O and has no clock'
refuse "$reached" "$pure" "^$module/(internal/(registry|macro|cli|awsapi|amplify|template/expand)|cmd/)" 'data flows one way'
refuse "$reached" 'transform' "^$module/internal/environment" 'which environment it is, is no concern of the fragment'
refuse "$reached" 'internal/registry' "^$module/(transform|internal/(macro|cli|template/expand)|cmd/)" 'data flows one way'
refuse "$reached" 'internal/macro' "^$module/(internal/(cli|template/expand|awsapi/account|amplify)|cmd/)" 'data flows one way'
refuse "$reached" 'internal/policy' "^$module/(transform|internal/(cli|awsapi/account|macro|guard|amplify)|cmd/)" 'data flows one way'
refuse "$reached" 'internal/guard' "^$module/(internal/(cli|template/expand|awsapi/account|amplify)|cmd/)" 'data flows one way'
refuse "$reached" 'internal/audit' "^$module/(internal/(cli|macro|guard)|cmd/)" 'data flows one way'
refuse "$reached" 'internal/doctor' "^$module/(internal/(cli|guard|audit|template/expand)|cmd/)" 'data flows one way'
refuse "$reached" 'internal/cli' "^$module/cmd/" 'data flows one way'
only '^github.com/aws/aws-sdk-go-v2/service/' 'internal/(registry|awsapi/.*|audit|doctor|nested|test/.*)' 'only these talk to AWS'
only "^$module/(internal/test|test)/" '(internal/test|test)/.*' 'only tests and the benchmark use these'
refuse "$reached" 'internal/awsapi' '^github.com/aws/aws-sdk-go-v2/(service|config|feature)/' 'the Lambda functions start with it, and link no service that they do not call'
refuse "$reached" 'cmd/macro' "^$module/internal/awsapi/" 'a start would wait for STS, IAM, and CloudFormation, which it does not call'
refuse "$reached" 'cmd/guard' "^$module/internal/awsapi/account" 'a start would wait for IAM and CloudFormation, which it does not call'
only '^github.com/aws/aws-lambda-go' 'cmd/(macro|guard)|test/bench/bare' 'only these are Lambda functions'
only '^github.com/spf13/' 'internal/cli' 'only this is the command line'

# ARCHITECTURE.md is where a stranger looks a package up.
for package in $(go list ./... | sed "s|^$module/||"); do
	if ! grep -qF "| \`$package\` |" ARCHITECTURE.md; then
		printf 'ARCHITECTURE.md does not list %s\n' "$package"
		faults=1
	fi
done
exit $faults
