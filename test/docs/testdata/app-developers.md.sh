# What docs/app-developers.md takes as given.
export PATH="$PWD/build:$PATH"
cp events/boundaries.json boundaries.json
