#!/bin/sh
# Checks which packages may import which, and that ARCHITECTURE.md lists each. Prints what breaks a rule; exits 1 if anything does.
set -eu

module=$(go list -m)
faults=0

# deny PACKAGES PATTERN REASON: no package that a package pattern names may reach an import that
# matches a regular expression, directly or not.
deny() {
	for package in $(go list "$1"); do
		found=$(go list -deps "$package" | grep -v "^$package\$" | grep -E "$2" || true)
		if [ -n "$found" ]; then
			printf '%s reaches %s: %s\n' "$package" "$(echo $found)" "$3"
			faults=1
		fi
	done
}

# only PATTERN ALLOWED REASON: no package but those that match the second regular expression may itself
# import what matches the first.
only() {
	for package in $(go list ./... | grep -vE "^$module/($2)\$"); do
		found=$(go list -f '{{join .Imports "\n"}}' "$package" | grep -E "$1" || true)
		if [ -n "$found" ]; then
			printf '%s imports %s: %s\n' "$package" "$(echo $found)" "$3"
			faults=1
		fi
	done
}

pure='^(github.com/aws/|net$|net/|os/)'
for package in ./transform ./internal/boundary ./internal/environment ./internal/intrinsic ./internal/partition; do
	deny "$package" "$pure" 'it does no I/O and knows no AWS'
	deny "$package" "^$module/(internal/(registry|macro|cli|account|amplify|template/expand)|cmd/)" 'data flows one way'
	if go list -f '{{join .Imports "\n"}}' "$package" | grep -xE 'os|time|math/rand.*|log.*|bufio'; then
		printf '%s imports the above: it does no I/O and has no clock\n' "$package"
		faults=1
	fi
done
deny ./transform "^$module/internal/(boundary|environment)" 'a fragment is bounded with any ARN'
deny ./internal/registry "^$module/(transform|internal/(macro|cli|template/expand)|cmd/)" 'data flows one way'
deny ./internal/macro "^$module/(internal/(cli|template/expand|account|amplify)|cmd/)" 'data flows one way'
deny ./internal/cli "^$module/cmd/" 'data flows one way'
only '^github.com/aws/aws-sdk-go-v2/service/' 'internal/(registry|account|mototest)' 'only these talk to AWS'
only '^github.com/aws/aws-lambda-go' 'cmd/(macro|guard)' 'only these are Lambda functions'
only '^github.com/spf13/' 'internal/cli' 'only this is the command line'

# ARCHITECTURE.md is where a stranger looks a package up.
for package in $(go list ./... | sed "s|^$module/||"); do
	if ! grep -qF "| \`$package\` |" ARCHITECTURE.md; then
		printf 'ARCHITECTURE.md does not list %s\n' "$package"
		faults=1
	fi
done
exit $faults
