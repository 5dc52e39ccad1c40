# What docs/operations.md takes as given.
export PATH="$PWD/build:$PATH"
aws iam create-policy --path /boundaries/ --policy-name dev --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}' >policy.out
