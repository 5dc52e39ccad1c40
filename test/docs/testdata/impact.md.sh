# What docs/impact.md takes as given.
export PATH="$PWD/build:$PATH"
policy() { aws iam create-policy --path /boundaries/ --policy-name "$1" --policy-document "{\"Version\":\"2012-10-17\",\"Statement\":[$2]}" >policy.out; }
policy dev '{"Effect":"Allow","Action":"*","Resource":"*"}'
amplify-boundary init dev --permissions-boundary arn:aws:iam::123456789012:policy/boundaries/dev >init.out
for stack in api orders web; do
  cat >stack.json <<END
{"Transform": "AmplifyBoundary", "Parameters": {"env": {"Type": "String", "Default": "dev"}}, "Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {
  "RoleName": "bookshop-$stack", "PermissionsBoundary": "arn:aws:iam::123456789012:policy/boundaries/dev", "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}}}}
END
  aws cloudformation create-stack --stack-name "bookshop-$stack" --template-body file://stack.json >stack.out
done
