# `make` lists the targets. What a target needs besides Go, make, Python 3 and git it installs itself,
# pinned, into folders that git ignores.

FUZZTIME ?= 30s
BENCHTIME ?= 1s
EVENT ?=

# The macro's bytes depend on its source alone; the command tells which commit it was built from.
go_build := CGO_ENABLED=0 go build -trimpath -ldflags=-s -tags=lambda.norpc
build_macro := $(go_build) -buildvcs=false
build_command := $(go_build) -buildvcs=auto
sam_architecture := $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64)

# What `sam build` compiles with; without CGO_ENABLED a native build would be linked dynamically.
sam_environment := SAM_CLI_TELEMETRY=0 CGO_ENABLED=0 GOFLAGS="-trimpath -ldflags=-s -tags=lambda.norpc"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build run test lint fuzz bench sam sam-local package deploy clean

help: ## list the targets
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the macro and the command for this machine, into build/
	$(build_macro) -o build/macro/bootstrap ./cmd/macro
	$(build_command) -o build/amplify-boundary ./cmd/amplify-boundary

run: build ## show a template before and after, without an AWS account
	@echo '--- examples/cloudformation/bookshop.yaml, as its team wrote it:' && cat examples/cloudformation/bookshop.yaml
	@echo && echo '--- what CloudFormation stores, in environment dev:'
	@build/amplify-boundary transform examples/cloudformation/bookshop.yaml --registry events/boundaries.json
	@echo && echo '--- what the macro did, in environment prod:'
	@build/amplify-boundary transform examples/cloudformation/bookshop.yaml --registry events/boundaries.json --parameter env=prod --diff

test: .venv/installed ## run all tests
	go test ./...

lint: ## check format, vet, staticcheck and who imports whom
	@unformatted=$$(gofmt -l cmd internal transform); if [ -n "$$unformatted" ]; then echo "not gofmt-ed: $$unformatted"; exit 1; fi
	go vet ./...
	go tool -modfile=tools/go.mod staticcheck ./...
	tools/imports.sh

fuzz: ## fuzz what reads or edits templates, FUZZTIME each
	for target in transform:FuzzBound internal/template:FuzzRead internal/template/expand:FuzzTemplate internal/rawjson:FuzzEdits internal/intrinsic:FuzzEvaluate; do \
		go test ./$${target%:*} -run '^$$' -fuzz $${target#*:} -fuzztime $(FUZZTIME) -fuzzminimizetime 2s || exit 1; \
	done

bench: build .venv/installed ## measure against a floor, baselines and sizes, and the cold start; BENCHTIME for each figure
	go run ./internal/bench -benchtime $(BENCHTIME) -python .venv/bin/python -bootstrap build/macro/bootstrap

sam: build .venv/installed .venv-sam/installed ## check template.yaml, build it, and run the sample events under AWS's emulator
	.venv/bin/cfn-lint template.yaml
	$(sam_environment) .venv-sam/bin/sam validate --lint
	$(sam_environment) .venv-sam/bin/sam build --parameter-overrides Architecture=$(sam_architecture)
	.venv/bin/python tools/sam/parameter_store.py events/boundaries.json -- \
		.venv-sam/bin/python tools/sam/drive_emulator.py .aws-sam/build/AmplifyBoundaryFunction/bootstrap build/amplify-boundary events

sam-local: build .venv/installed .venv-sam/installed ## run sam local invoke on the sample events (or EVENT); needs a container engine
	$(sam_environment) .venv-sam/bin/sam build --parameter-overrides Architecture=$(sam_architecture)
	.venv/bin/python tools/sam/parameter_store.py --host 0.0.0.0 --port 5000 events/boundaries.json -- \
		.venv-sam/bin/python tools/sam/local_invoke.py build/amplify-boundary events $(EVENT)

package: ## build zips for Lambda, arm64 and amd64, the same bytes each time
	for arch in arm64 amd64; do \
		GOOS=linux GOARCH=$$arch $(build_macro) -o build/package/$$arch/bootstrap ./cmd/macro && \
		python3 tools/zip.py build/amplify-boundary-macro-$$arch.zip build/package/$$arch/bootstrap || exit 1; \
	done

deploy: .venv-sam/installed ## deploy template.yaml to your AWS account with SAM
	$(sam_environment) .venv-sam/bin/sam build
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam deploy

clean: ## remove what the targets made
	rm -rf build .aws-sam .venv .venv-sam

# A virtual environment is complete when its file `installed` is there.
.venv/installed: tools/test/requirements.txt
.venv-sam/installed: tools/sam/requirements.txt
.venv/installed .venv-sam/installed:
	rm -rf $(@D)
	python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --no-input -r $<
	touch $@
