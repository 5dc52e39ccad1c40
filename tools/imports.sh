#!/bin/sh
# Checks who imports whom, how large each package is, and that ARCHITECTURE.md lists each package. Prints each violation, and
# exits with 1 if there is one.
set -eu

module=$(go list -m)
violations=0

# Lines "PACKAGE IMPORT": of what each package imports directly, and of all that it reaches.
imports=$(go list -f '{{$p := .ImportPath}}{{range .Imports}}{{$p}} {{.}}{{"\n"}}{{end}}' ./...)
reached=$(go list -deps -f '{{if .Module}}{{if .Module.Main}}{{$p := .ImportPath}}{{range .Deps}}{{$p}} {{.}}{{"\n"}}{{end}}{{end}}{{end}}' ./...)

# refuse LINES PACKAGES IMPORTS REASON: no package that matches the first pattern has an import that matches the second.
refuse() {
	found=$(printf '%s\n' "$1" | awk -v package="^$module/($2)\$" -v import="$3" '$1 ~ package && $2 ~ import')
	if [ -n "$found" ]; then
		printf '%s\n' "$found" | while read -r package import; do printf '%s imports %s: %s\n' "$package" "$import" "$4"; done
		violations=1
	fi
}

# only IMPORTS PACKAGES REASON: only packages that match the second pattern import directly what matches the first.
only() {
	refuse "$(printf '%s\n' "$imports" | awk -v allowed="^$module/($2)\$" '$1 !~ allowed')" '.*' "$1" "$3"
}

pure='transform|internal/(boundary|cfn|declare|denial|environment|intrinsic|template|template/expand)'
refuse "$reached" "$pure" '^(github.com/aws/|net$|net/|os/)' 'it does no I/O and does not know AWS'
refuse "$reached" 'internal/exception' '^(github.com/aws/|net$|net/|os/)' 'it does no I/O and does not know AWS'
refuse "$imports" "$pure" '^(os|time|math/rand.*|log.*|bufio)$' 'it does no I/O and has no clock'
only '^github.com/aws/aws-sdk-go-v2/service/' 'internal/(registry|nested|audit|impact|doctor|awsapi(/.*)?|test/.*)' 'only these call AWS'
only '^github.com/aws/aws-lambda-go' 'cmd/(macro|guard)|test/bench/bare' 'only these are Lambda functions'
only '^github.com/spf13/' 'internal/command(/.*)?' 'only these are the command line'
only "^$module/(internal/test|test)/" '(internal/test|test)/.*' 'only tests and benchmarks use these'

# Data flows one way: no package imports one that is listed after it, or in its own line.
later="cmd/.*|internal/command(/.*)?"
for layer in 'internal/(macro|guard)' 'internal/(nested|audit|impact|doctor|policy|amplify)'; do
	refuse "$reached" "$layer" "^$module/($later)\$" 'data flows one way'
done
refuse "$reached" 'internal/(registry|template|template/expand|declare)|transform' \
	"^$module/($later|internal/(macro|guard|nested|audit|impact|doctor|policy|amplify))\$" 'data flows one way'
refuse "$reached" 'internal/(environment|boundary|intrinsic|cfn|denial)' \
	"^$module/($later|transform|internal/(macro|guard|nested|audit|impact|doctor|policy|amplify|registry|template.*|declare))\$" 'data flows one way'
refuse "$reached" 'transform' "^$module/internal/(environment|declare|intrinsic|template.*)\$" 'it knows only fragments: cfn and boundary'
refuse "$reached" 'internal/registry' "^$module/transform\$" 'boundaries are independent of templates'
refuse "$reached" 'internal/macro' "^$module/internal/(template/expand|awsapi/account|amplify)\$" 'it answers requests, and does not run itself over templates'
refuse "$reached" 'internal/audit' "^$module/internal/(macro|guard)\$" 'data flows one way'

families='account|audit|check|env|except|prove|template'
refuse "$reached" 'internal/command' "^$module/internal/command/" 'the root of the commands knows no family'
refuse "$imports" "internal/command/($families)" "^$module/internal/command/($families)\$" 'families of commands share only the root'

refuse "$reached" 'internal/awsapi' '^github.com/aws/aws-sdk-go-v2/(service|config|feature)/' 'the Lambda functions start with it, and link no service that they do not call'
refuse "$reached" 'cmd/macro' "^$module/internal/awsapi/" 'a start would wait for STS, IAM, and CloudFormation, which it does not call'

for package in $(go list ./... | sed "s|^$module/||"); do
	if ! grep -qF "| \`$package\` |" ARCHITECTURE.md; then
		printf 'ARCHITECTURE.md does not list %s\n' "$package"
		violations=1
	fi
	case $package in test/* | internal/test/*) continue ;; esac
	lines=$(find "$package" -maxdepth 1 -name '*.go' ! -name '*_test.go' -exec cat {} + | wc -l)
	if [ "$lines" -gt 1500 ]; then
		printf '%s has %d lines of product code, more than 1500: split it\n' "$package" "$lines"
		violations=1
	fi
done
exit $violations
