# What docs/pipelines.md takes as given.
export PATH="$PWD/build:$PATH"
cp events/boundaries.json boundaries.json
mkdir templates
cp examples/cloudformation/bookshop.yaml templates
