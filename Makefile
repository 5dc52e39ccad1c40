# `make` lists the targets. Besides Go, make, Python 3, and git, each target installs what it needs, pinned, into folders that
# git ignores.

FUZZTIME ?= 30s
BENCHTIME ?= 0.3s
ROUNDS ?= 6
EVENT ?=

# A function's bytes depend only on its source; the command includes the commit that it was built from.
go_build := CGO_ENABLED=0 go build -trimpath -ldflags=-s -tags=lambda.norpc
build_function := $(go_build) -buildvcs=false
build_command := $(go_build) -buildvcs=auto
sam_architecture := $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64)

# The environment in which `sam build` compiles; without CGO_ENABLED, a native build would be linked dynamically.
sam_environment := SAM_CLI_TELEMETRY=0 CGO_ENABLED=0 GOFLAGS="-trimpath -ldflags=-s -tags=lambda.norpc"

# Amplify Gen 2's packages have about 1 GB, so the templates that they make are in the repository; GEN2=1 makes them again.
GEN2 ?=
node_examples := cdk serverless $(if $(GEN2),amplify-gen2)

# cfn-guard for this machine, from an npm package that has it for Linux and macOS.
cfn_guard := tools/cfn-guard/node_modules/@cdklabs/cdk-validator-cfnguard/bin/$(if $(filter Darwin,$(shell uname -s)),macos,ubuntu)/$(if $(filter aarch64 arm64,$(shell uname -m)),aarch64,x86_64)/cfn-guard

# Switches off the telemetry of the examples' tools.
clients_environment := CDK_DISABLE_CLI_TELEMETRY=true SLS_TELEMETRY_DISABLED=1 SLS_NOTIFICATIONS_MODE=off

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build run test docs pictures cross lint fuzz bench sam sam-local clients tree package release install deploy clean

help: ## list the targets
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the macro, the guard and the command for this machine, into build/
	$(build_function) -o build/macro/bootstrap ./cmd/macro
	$(build_function) -o build/guard/bootstrap ./cmd/guard
	$(build_command) -o build/amplify-boundary ./cmd/amplify-boundary

run: ## show a template before and after the macro, without an AWS account
	$(build_command) -o build/amplify-boundary ./cmd/amplify-boundary
	@echo '--- examples/cloudformation/bookshop.yaml, before:' && cat examples/cloudformation/bookshop.yaml
	@echo && echo '--- after, in environment dev:'
	@build/amplify-boundary transform examples/cloudformation/bookshop.yaml --registry events/boundaries.json
	@echo && echo '--- the change, in environment prod:'
	@build/amplify-boundary transform examples/cloudformation/bookshop.yaml --registry events/boundaries.json --parameter env=prod --diff

test: .venv/installed ## run all tests
	go test ./...

docs: .venv/installed ## run only the tests of the documentation: its links, and the commands that it shows
	go test ./test/docs

pictures: build ## take the pictures in docs/pictures again; needs Chromium
	python3 tools/pictures/report.py build/amplify-boundary
	python3 tools/pictures/terminal.py build/amplify-boundary > docs/pictures/terminal.svg

# The platforms for which the command is built.
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

cross: ## compile the command for PLATFORMS
	for platform in $(PLATFORMS); do \
		GOOS=$${platform%/*} GOARCH=$${platform#*/} $(build_command) -o /dev/null ./cmd/amplify-boundary || exit 1; \
	done

lint: ## check format, vet, staticcheck, workflows, imports, and words
	@unformatted=$$(gofmt -l cmd internal transform test); if [ -n "$$unformatted" ]; then echo "not gofmt-ed: $$unformatted"; exit 1; fi
	go vet ./...
	go tool -modfile=tools/go.mod staticcheck ./...
	go tool -modfile=tools/go.mod actionlint -shellcheck= -pyflakes= .github/workflows/*.yml
	tools/imports.sh
	tools/phrases.py

fuzz: .venv/installed ## run every fuzz test, FUZZTIME each
	@grep -rEo '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' cmd internal transform | sed 's|/[^/]*:func |:|' | sort | while IFS=: read -r package target; do \
		echo "$$package $$target" && go test "./$$package" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 2s || exit 1; \
	done

bench: ## measure, and print the figures and the goals; BENCHTIME for each figure in each of ROUNDS
	go test -c -o build/bench.test ./test/bench
	cd test/bench && for round in $$(seq $(ROUNDS)); do ../../build/bench.test -test.run '^$$' -test.bench . -test.benchtime $(BENCHTIME) || exit 1; done > ../../build/bench.txt
	go tool -modfile=tools/go.mod benchstat -filter '.unit:(sec/op OR B/op OR cpu-sec/op)' build/bench.txt
	go run ./test/bench/goals < build/bench.txt

sam: build .venv/installed .venv-sam/installed ## check the templates, build template.yaml, run the sample events under AWS's emulator
	.venv/bin/cfn-lint --regions ALL_REGIONS -- template.yaml member.template.yaml execution-role.template.yaml
	$(sam_environment) .venv-sam/bin/sam validate --lint
	$(sam_environment) .venv-sam/bin/sam build --parameter-overrides Architecture=$(sam_architecture)
	.venv/bin/python tools/sam/parameter_store.py events/boundaries.json -- \
		.venv-sam/bin/python tools/sam/drive_emulator.py .aws-sam/build/AmplifyBoundaryFunction/bootstrap build/amplify-boundary events
	.venv/bin/python tools/sam/parameter_store.py events/boundaries.json -- \
		.venv-sam/bin/python tools/sam/drive_emulator.py .aws-sam/build/GuardFunction/bootstrap build/amplify-boundary events --guard

sam-local: build .venv/installed .venv-sam/installed ## run sam local invoke on the sample events (or EVENT); needs a container engine
	$(sam_environment) .venv-sam/bin/sam build --parameter-overrides Architecture=$(sam_architecture)
	.venv/bin/python tools/sam/parameter_store.py --host 0.0.0.0 --port 5000 events/boundaries.json -- \
		.venv-sam/bin/python tools/sam/local_invoke.py build/amplify-boundary events $(EVENT)

clients: .venv/installed $(node_examples:%=examples/%/node_modules/installed) tools/cfn-guard/node_modules/installed ## build the examples with their own tools and run them through the macro; needs Node
	rm -rf build/clients
	cd examples/cdk && $(clients_environment) npx cdk synth --quiet --no-notices --output ../../build/clients/cdk
	cd examples/serverless && $(clients_environment) npx serverless package --stage prod --package ../../build/clients/serverless
	NODE_PATH=examples/cdk/node_modules node tools/clients/amplify_root.js examples/amplify-gen1 build/clients/amplify-root
	.venv/bin/python tools/clients/translate_sam.py examples/sam/template.yaml build/clients/sam
	$(if $(GEN2),tools/clients/amplify_gen2.sh branch main)
	$(if $(GEN2),tools/clients/amplify_gen2.sh sandbox maria)
	CLIENTS=$(CURDIR)/build/clients go test ./test/examples -count=1 -v
	CFN_GUARD=$(CURDIR)/$(cfn_guard) go test ./internal/policy -run TestGuardRules_by_cfn_guard -count=1 -v

tree: .venv/installed ## bound an Amplify project and a vendor's solution with one declaration each, and show each stack
	go test ./test/examples -run TestTrees -count=1 -v

# make package BUCKET=... [ORGANIZATION=o-...] uploads the zips and prints the parameters that lead to them, and the policy with which
# the accounts of the organisation can read them.
BUCKET ?=
ORGANIZATION ?=
ARCHITECTURE ?= arm64
# The AWS CLI of the tests stands in where none is installed.
package deploy: export PATH := $(PATH):$(CURDIR)/.venv/bin
package: .venv/installed ## build the functions' zips for Lambda and the template that deploys them without SAM; BUCKET=... uploads them, for ORGANIZATION=o-...
	for arch in arm64 amd64; do for function in macro guard; do \
		GOOS=linux GOARCH=$$arch $(build_function) -o build/package/$$function-$$arch/bootstrap ./cmd/$$function && \
		python3 tools/zip.py build/amplify-boundary-$$function-$$arch.zip build/package/$$function-$$arch/bootstrap || exit 1; \
	done; done
	.venv/bin/python tools/release/plain_template.py template.yaml build/amplify-boundary.template.yaml
ifneq ($(BUCKET),)
	tools/release/upload.sh build '$(BUCKET)' '$(ARCHITECTURE)'
	$(if $(ORGANIZATION),@python3 tools/release/bucket_policy.py '$(BUCKET)' '$(ORGANIZATION)')
endif

# The version is that of `amplify-boundary --version`. Every entry of an archive has the time of the commit, or of 1980 without git.
version = $(shell sed -n 's/^const Number = "\(.*\)"$$/\1/p' internal/command/version.go)
commit_time = $(or $(shell git log -1 --format=%ct 2>/dev/null),315532800)
released := README.md CHANGELOG.md LICENSE SECURITY.md docs/*.md events/*.json examples/cloudformation

# The SBOM includes the checksum of the tool that makes it, hence its reproducible build. Only on Windows does the command have all modules.
release: build package ## build archives of the command for PLATFORMS, with the functions, checksums and an SBOM, into build/release/
	rm -rf build/release build/platforms
	mkdir -p build/release build/platforms/completions
	for platform in $(PLATFORMS); do \
		GOOS=$${platform%/*} GOARCH=$${platform#*/} $(build_command) \
			-o build/platforms/$${platform%/*}-$${platform#*/}/amplify-boundary$$(case $$platform in windows/*) echo .exe;; esac) ./cmd/amplify-boundary || exit 1; \
	done
	for shell in bash zsh fish powershell; do build/amplify-boundary completion $$shell > build/platforms/completions/amplify-boundary.$$shell || exit 1; done
	python3 tools/release/notices.py build/platforms/THIRD-PARTY-LICENSES.txt build/platforms/*-*/amplify-boundary* build/package/*/bootstrap
	python3 tools/release/archives.py $(version) $(commit_time) build/platforms build/release $(released)
	cp build/amplify-boundary-*.zip build/amplify-boundary.template.yaml member.template.yaml execution-role.template.yaml build/platforms/THIRD-PARTY-LICENSES.txt build/release/
	go build -trimpath -buildvcs=false -modfile=tools/go.mod -o build/tools/cyclonedx-gomod github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod
	GOOS=windows GOARCH=amd64 build/tools/cyclonedx-gomod mod -json -noserial -notimestamp -short-purls -std -type application -output build/release/sbom.cdx.json
	python3 tools/release/checksums.py build/release
	RELEASE=$(CURDIR)/build/release PLATFORMS='$(PLATFORMS)' go test ./test/release -run TestRelease -count=1

PREFIX ?= /usr/local
install: build ## install the command into PREFIX/bin (PREFIX is /usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 build/amplify-boundary $(DESTDIR)$(PREFIX)/bin/amplify-boundary

# make deploy SAM=no BUCKET=... [STACK=...] [PARAMETERS='Environment=prod ...'] needs the AWS CLI instead of SAM.
SAM ?= yes
STACK ?= amplify-boundary
deploy: $(if $(filter no,$(SAM)),package,.venv-sam/installed) ## deploy template.yaml to your AWS account with SAM, or the plain template with SAM=no BUCKET=...
ifeq ($(SAM),no)
	tools/release/deploy.sh build '$(BUCKET)' '$(STACK)' $(PARAMETERS)
else
	$(sam_environment) .venv-sam/bin/sam build
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam deploy
endif

clean: ## remove what the targets made
	rm -rf build .aws-sam .venv .venv-sam examples/*/node_modules tools/cfn-guard/node_modules examples/cdk/dist examples/serverless/.serverless

# An installation by npm is complete if its file `installed` exists, because npm ci first removes all of it.
%/node_modules/installed: %/package-lock.json
	cd $* && npm ci
	touch $@

# Requirements list every package with its hashes. A virtual environment is complete if its file `installed` exists.
.venv/installed: tools/test/requirements.txt
.venv-sam/installed: tools/sam/requirements.txt
.venv/installed .venv-sam/installed:
	rm -rf $(@D)
	python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r $<
	touch $@
